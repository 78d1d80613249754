// Where the workspace's socket lies, and who is behind it.
#include "src/app/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_NAME "desk.sock"

enum { BACKLOG = 64, CONNECT_SECONDS = 5 };

// A socket's path has at most 107 bytes, a directory's may have 4095: the socket is therefore named through an open
// descriptor of the directory, /proc/self/fd/N/desk.sock. `directory` stays open as long as the name is used.
static status find_address(const char *home, int *directory, struct sockaddr_un *out) {
    memset(out, 0, sizeof *out);
    out->sun_family = AF_UNIX;
    *directory = open(home, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*directory < 0)
        return status_fail(errno == ENOENT ? STATUS_UNAVAILABLE : STATUS_IO, "%s: %s", home, strerror(errno));
    snprintf(out->sun_path, sizeof out->sun_path, "/proc/self/fd/%d/" SOCKET_NAME, *directory);
    return STATUS_OK;
}

static int new_socket(void) { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

static status connect_to(const char *home, const struct sockaddr_un *address, int *out) {
    struct timeval limit = {.tv_sec = CONNECT_SECONDS};
    int descriptor = new_socket();
    if (descriptor < 0)
        return status_fail(STATUS_IO, "a socket can't be made: %s", strerror(errno));
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(descriptor, (const struct sockaddr *)address, sizeof *address) == 0) {
        *out = descriptor;
        return STATUS_OK;
    }
    int why = errno;
    close(descriptor);
    if (why == ENOENT || why == ECONNREFUSED)
        return status_fail(STATUS_UNAVAILABLE, "no desk holds %s", home);
    if (why == EAGAIN)
        return status_fail(STATUS_UNAVAILABLE, "the desk that holds %s does not answer", home);
    return status_fail(STATUS_IO, "%s/" SOCKET_NAME ": %s", home, strerror(why));
}

status channel_connect(const char *home, int *socket) {
    struct sockaddr_un address;
    int directory = -1;
    TRY(find_address(home, &directory, &address));
    status result = connect_to(home, &address, socket);
    close(directory);
    return result;
}

// Takes away a socket file on which nobody listens any more.
static status remove_stale(const char *home, int directory, const struct sockaddr_un *address) {
    struct stat about;
    int living = -1;
    if (fstatat(directory, SOCKET_NAME, &about, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? STATUS_OK : status_fail(STATUS_IO, "%s/" SOCKET_NAME ": %s", home, strerror(errno));
    if (!S_ISSOCK(about.st_mode))
        return status_fail(STATUS_IO, "%s/" SOCKET_NAME " is not a socket; move it away", home);
    status result = connect_to(home, address, &living);
    if (result == STATUS_OK) {
        close(living);
        return status_fail(STATUS_BUSY, "another desk already answers on %s/" SOCKET_NAME, home);
    }
    if (result != STATUS_UNAVAILABLE)
        return result;
    if (unlinkat(directory, SOCKET_NAME, 0) != 0 && errno != ENOENT)
        return status_fail(STATUS_IO, "%s/" SOCKET_NAME " can't be removed: %s", home, strerror(errno));
    return STATUS_OK;
}

static status listen_on(const char *home, const struct sockaddr_un *address, int *out) {
    int descriptor = new_socket();
    if (descriptor < 0)
        return status_fail(STATUS_IO, "a socket can't be made: %s", strerror(errno));
    // The mode of the unbound socket is the mode its file is made with: there is no moment at which others may connect.
    if (fchmod(descriptor, 0600) != 0 || bind(descriptor, (const struct sockaddr *)address, sizeof *address) != 0 ||
        listen(descriptor, BACKLOG) != 0) {
        status result = status_fail(STATUS_IO, "%s/" SOCKET_NAME " can't be made: %s", home, strerror(errno));
        close(descriptor);
        return result;
    }
    *out = descriptor;
    return STATUS_OK;
}

status channel_listen(const char *home, int *listener) {
    struct sockaddr_un address;
    int directory = -1;
    TRY(find_address(home, &directory, &address));
    status result = remove_stale(home, directory, &address);
    if (result == STATUS_OK)
        result = listen_on(home, &address, listener);
    close(directory);
    return result;
}

void channel_remove(const char *home, int listener) {
    // Once the listener is shut down, a file that still refuses connections is ours or as dead as ours.
    int directory = -1;
    struct sockaddr_un address;
    shutdown(listener, SHUT_RDWR);
    if (find_address(home, &directory, &address) != STATUS_OK)
        return;
    remove_stale(home, directory, &address);
    close(directory);
}

status channel_peer(int socket, uid_t *uid, pid_t *pid) {
    struct ucred credentials;
    socklen_t n = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &n) != 0)
        return status_fail(STATUS_IO, "who is at the other end can't be told: %s", strerror(errno));
    *uid = credentials.uid;
    *pid = credentials.pid;
    return STATUS_OK;
}
