// What the workstation needs from the program (ui_host): its command lines run on threads of their own, here or at the
// desk that another process holds, and their results wait to be polled. Owns its threads; what runs commands is
// borrowed.
#pragma once

#include "src/app/request.h"
#include "ui/workstation.h"

typedef struct host host;

typedef struct {
    // Runs a command and gathers what it prints (request.write); any number of threads at once.
    void (*run)(void *context, const request *r, reply *out);
    const view *(*view)(void *context);
    void (*symbols)(void *context, const char *prefix, void (*add)(void *to, const char *word), void *to);
    void *context;
    const command_table *commands;
    const char *user;
    bool (*attached)(const void *context); // the desk is another process's
    int (*screens)(const void *context);   // other processes' screens at ours
    const char *config_directory, *state_directory;
} host_config;

status host_new(const host_config *config, host **out);
void host_free(host *h); // asks what runs to stop, and waits for it
// Shows a sentence that nobody asked for: trouble as an error. Any thread; dropped when more wait than are read.
void host_say(host *h, bool trouble, const char *sentence);
const ui_host *host_face(const host *h);
