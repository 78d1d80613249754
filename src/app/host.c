#include "src/app/host.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/queue.h"
#include "src/base/vec.h"

enum { THREADS = 4, WAITING_MAX = 64, WORDS_MAX = 128 };

typedef struct {
    char *line;
    uint64_t token;
    volatile int cancelled;
    text out, err;
} work;

struct host {
    host_config config;
    ui_host face;
    pthread_t threads[THREADS];
    int started;
    queue *waiting, *finished; // of work *, of ui_result *
    pthread_mutex_t lock;      // guards what follows
    work *running[THREADS];
    bool closing; // what begins now is cancelled at once
};

// What a command prints is gathered for the screen.
static bool gather(void *context, bool error, const char *bytes, size_t n) {
    work *w = context;
    text_put_n(error ? &w->err : &w->out, bytes, n);
    return true;
}

static char *take(text *t) {
    char *s = mem_string_n(text_string(t), t->n);
    text_free(t);
    return s;
}

static ui_result *perform(host *h, work *w) {
    ui_result *result = mem_new(1, sizeof *result);
    result->token = w->token;
    char *memory = NULL;
    const char *words[WORDS_MAX];
    size_t n = 0;
    status s = command_split(w->line, &memory, words, WORDS_MAX, &n);
    if (s != STATUS_OK) {
        text_printf(&w->err, "%s\n", status_message());
        result->exit_code = status_exit_code(s);
    } else if (n) {
        request r = {
            .words = words,
            .n = n,
            .user = h->config.user,
            .face = "workstation",
            .width = 0,
            .out = -1,
            .err = -1,
            .write = gather,
            .context = w,
            .cancelled = &w->cancelled,
        };
        reply answer = {0};
        h->config.run(h->config.context, &r, &answer);
        result->exit_code = answer.exit_code;
        result->unavailable = answer.result == STATUS_UNAVAILABLE;
        result->needs_confirm = answer.needs_confirm;
        result->confirm = answer.confirm;
        if (answer.needs_confirm) {
            result->sentence = mem_string(text_string(&answer.sentence));
            result->phrase = mem_string(text_string(&answer.phrase));
        }
        reply_free(&answer);
    }
    free(memory);
    result->out = take(&w->out);
    result->err = take(&w->err);
    return result;
}

static void result_free(ui_result *r) {
    free(r->out);
    free(r->err);
    free(r->sentence);
    free(r->phrase);
    free(r);
}

static void wake(const host *h) {
    uint64_t one = 1;
    while (write(h->face.wake, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

static void note_running(host *h, work *w, work *instead) {
    pthread_mutex_lock(&h->lock);
    if (h->closing && instead)
        __atomic_store_n(&instead->cancelled, 1, __ATOMIC_SEQ_CST);
    for (int i = 0; i < THREADS; i++)
        if (h->running[i] == w) {
            h->running[i] = instead;
            break;
        }
    pthread_mutex_unlock(&h->lock);
}

static void *serve(void *context) {
    host *h = context;
    work *w;
    while ((w = queue_take(h->waiting, -1))) {
        note_running(h, NULL, w);
        ui_result *result = perform(h, w);
        note_running(h, w, NULL);
        free(w->line);
        free(w);
        if (!queue_put(h->finished, result))
            result_free(result);
        wake(h);
    }
    return NULL;
}

// ---- the face ----

static const view *current_view(void *context) {
    host *h = context;
    const view *v = h->config.view(h->config.context);
    h->face.attached = h->config.attached(h->config.context);
    return v;
}

static bool submit(void *context, const char *line, uint64_t token) {
    host *h = context;
    work *w = mem_new(1, sizeof *w);
    w->line = mem_string(line);
    w->token = token;
    if (queue_put(h->waiting, w))
        return true;
    free(w->line);
    free(w);
    return false;
}

static bool poll_finished(void *context, ui_result *out) {
    host *h = context;
    ui_result *result = queue_take(h->finished, 0);
    if (!result) {
        uint64_t count;
        ssize_t got = read(h->face.wake, &count, sizeof count);
        (void)got; // non-blocking: nothing to read is well
        result = queue_take(h->finished, 0);
    }
    if (!result)
        return false;
    *out = *result;
    free(result);
    return true;
}

static int count_screens(void *context) {
    const host *h = context;
    return h->config.screens(h->config.context);
}

static void cancel_running(void *context) {
    host *h = context;
    pthread_mutex_lock(&h->lock);
    for (int i = 0; i < THREADS; i++)
        if (h->running[i])
            __atomic_store_n(&h->running[i]->cancelled, 1, __ATOMIC_SEQ_CST);
    pthread_mutex_unlock(&h->lock);
}

static void find_symbols(void *context, const char *prefix, void (*add)(void *to, const char *word), void *to) {
    host *h = context;
    h->config.symbols(h->config.context, prefix, add, to);
}

status host_new(const host_config *config, host **out) {
    host *h = mem_new(1, sizeof *h);
    h->config = *config;
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) {
        free(h);
        return status_fail(STATUS_IO, "eventfd: %s", strerror(errno));
    }
    h->face = (ui_host){
        .context = h,
        .view = current_view,
        .commands = config->commands,
        .submit = submit,
        .poll = poll_finished,
        .cancel = cancel_running,
        .wake = fd,
        .symbols = find_symbols,
        .attached = config->attached(config->context),
        .screens = count_screens,
        .config_directory = config->config_directory,
        .state_directory = config->state_directory,
    };
    pthread_mutex_init(&h->lock, NULL);
    h->waiting = queue_new(WAITING_MAX);
    h->finished = queue_new(WAITING_MAX + THREADS + 1);
    for (; h->started < THREADS; h->started++) {
        int failed = pthread_create(&h->threads[h->started], NULL, serve, h);
        if (failed) {
            host_free(h);
            return status_fail(STATUS_IO, "no thread for commands: %s", strerror(failed));
        }
    }
    *out = h;
    return STATUS_OK;
}

void host_free(host *h) {
    if (!h)
        return;
    queue_close(h->waiting);
    work *w;
    while ((w = queue_take(h->waiting, 0))) {
        free(w->line);
        free(w);
    }
    pthread_mutex_lock(&h->lock);
    h->closing = true;
    pthread_mutex_unlock(&h->lock);
    cancel_running(h);
    for (int i = 0; i < h->started; i++)
        pthread_join(h->threads[i], NULL);
    ui_result *result;
    while ((result = queue_take(h->finished, 0)))
        result_free(result);
    queue_free(h->waiting);
    queue_free(h->finished);
    pthread_mutex_destroy(&h->lock);
    close(h->face.wake);
    free(h);
}

void host_say(host *h, bool trouble, const char *sentence) {
    ui_result *result = mem_new(1, sizeof *result);
    result->exit_code = trouble;
    *(trouble ? &result->err : &result->out) = mem_string(sentence);
    if (!queue_put(h->finished, result))
        result_free(result);
    wake(h);
}

const ui_host *host_face(const host *h) { return &h->face; }
