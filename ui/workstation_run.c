// Command lines: the screen's own are carried out here, all others go to the host and come back as results, perhaps
// with a question first.
#include <stdlib.h>

#include "ui/workstation_parts.h"

enum { WORDS = 96 };

static void submit(workstation *w, const char *line, bool quiet) {
    uint64_t token = ++w->token;
    if (!w->host->submit(w->host->context, line, token)) {
        if (!quiet)
            workstation_say(w, ROLE_ERROR, "too many commands are under way; wait for one, or cancel with ^C: %s",
                            line);
        return;
    }
    vec_push(&w->under_way, (submission){token, mem_string(line), quiet});
    w->restless = true;
}

static void show_help(workstation *w, const call *c, const char *line) {
    text out = {0};
    if (c->command)
        command_help(c->command, &out);
    else
        command_overview(w->host->commands, NULL, &out);
    output_show(&w->output, c->command ? c->command->name : line, text_string(&out));
    text_free(&out);
    w->restless = true;
}

static void run_words(workstation *w, const char *line, const char *const *words, size_t n) {
    call c;
    bool help = false;
    if (command_parse(w->host->commands, words, n, &c, &help) != STATUS_OK) {
        workstation_say(w, ROLE_ERROR, "%s", status_message());
        return;
    }
    if (help)
        show_help(w, &c, line);
    else if (c.command->place == COMMAND_SCREEN)
        workstation_screen_command(w, &c);
    else
        submit(w, line, false);
    call_free(&c);
}

void workstation_run_line(workstation *w, const char *line) {
    const char *words[WORDS];
    char *memory = NULL;
    size_t n = 0;
    if (command_split(line, &memory, words, WORDS, &n) != STATUS_OK)
        workstation_say(w, ROLE_ERROR, "%s", status_message());
    else if (n > 0)
        run_words(w, line, words, n);
    free(memory);
}

// One at a time, so that running through a long table asks for the last row, not for all of them.
void workstation_watch(workstation *w) {
    const char *symbol = w->model->symbol;
    if (w->watching || !*symbol || !strcmp(symbol, w->watched))
        return;
    text line = {0};
    text_put(&line, "watch ");
    command_quote(symbol, &line);
    size_t before = w->under_way.n;
    submit(w, line.at, true);
    w->watching = w->under_way.n > before;
    if (w->watching)
        mem_copy_string(w->watched, sizeof w->watched, symbol);
    text_free(&line);
}

const char *workstation_running(const workstation *w) {
    for (size_t i = 0; i < w->under_way.n; i++)
        if (!w->under_way.at[i].quiet)
            return w->under_way.at[i].line;
    return "";
}

static bool is_one_line(const char *bytes) {
    const char *end = strchr(bytes, '\n');
    return !end || !end[1];
}

// Nobody typed a watch: its failure must not take the place of another's sentence.
static void show_failure(workstation *w, const char *out, const char *err, const submission *s) {
    const char *why = *err ? err : *out ? out : "the command failed without saying why";
    if (s->quiet && workstation_message_stands(w) && w->message_role == ROLE_ERROR) {
        workstation_keep(w, why);
        return;
    }
    workstation_say(w, ROLE_ERROR, "%s", why);
    if (*out && *err)
        output_show(&w->output, s->line, out);
}

static void show_result(workstation *w, const ui_result *r, const submission *s) {
    const char *out = r->out ? r->out : "", *err = r->err ? r->err : "", *name = "plimsoll: ";
    if (strncmp(err, name, strlen(name)) == 0) // a shell is told who speaks; here nobody else does
        err += strlen(name);
    if (s->quiet && r->unavailable) // that is said already, and the book is asked for again at the next desk
        return;
    if (r->exit_code != 0) {
        show_failure(w, out, err, s);
        return;
    }
    if (s->quiet)
        return;
    if (*err)
        workstation_say(w, ROLE_WARN, "%s", err);
    if (!is_one_line(out))
        output_show(&w->output, s->line, out);
    else if (*out && !*err)
        workstation_say(w, ROLE_TEXT, "%s", out);
    else if (*out)
        workstation_say(w, ROLE_WARN, "%s; %s", out, err);
}

static void free_question(question *q) {
    free(q->line);
    free(q->sentence);
    free(q->phrase);
}

static bool take_submission(workstation *w, uint64_t token, submission *out) {
    for (size_t i = 0; i < w->under_way.n; i++)
        if (w->under_way.at[i].token == token) {
            *out = w->under_way.at[i];
            vec_remove(&w->under_way, i);
            return true;
        }
    return false;
}

void workstation_collect(workstation *w) {
    ui_result r;
    while (w->host->poll(w->host->context, &r)) {
        submission s = {0};
        w->restless = true;
        if (r.token == 0) {
            show_result(w, &r, &s);
        } else if (take_submission(w, r.token, &s)) {
            w->watching = w->watching && !s.quiet;
            if (r.needs_confirm) {
                question q = {s.line, r.sentence, r.phrase, r.confirm};
                vec_push(&w->questions, q);
                s.line = r.sentence = r.phrase = NULL;
            } else {
                show_result(w, &r, &s);
            }
        }
        free(s.line);
        free(r.out);
        free(r.err);
        free(r.sentence);
        free(r.phrase);
    }
    workstation_ask_next(w);
}

void workstation_ask_next(workstation *w) {
    if (w->asking != ASKING_NOTHING || w->questions.n == 0)
        return;
    const question *q = &w->questions.at[0];
    dialog_confirm(&w->dialog, q->line, q->kind, q->sentence ? q->sentence : "", q->phrase);
    w->asking = ASKING_CONFIRM;
    w->restless = true;
}

void workstation_answer(workstation *w, bool accepted) {
    question q = w->questions.at[0];
    text line = {0};
    vec_remove(&w->questions, 0);
    text_put(&line, q.line);
    if (q.kind == CONFIRM_YES)
        text_put(&line, " --yes");
    else
        text_put(&line, q.kind == CONFIRM_REASON ? " --reason " : " --confirm ");
    if (q.kind != CONFIRM_YES)
        command_quote(dialog_answer(&w->dialog), &line);
    if (accepted)
        submit(w, line.at, false);
    else
        workstation_say(w, ROLE_TEXT, "nothing was done: %s", q.line);
    text_free(&line);
    free_question(&q);
}
