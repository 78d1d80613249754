#include "engine/market/recording.h"
status recording_new(const char *path, const recording_head *head, recording_writer **out){(void)path;(void)head;*out=NULL;return status_fail(STATUS_IO,"stub");}
void recording_add(recording_writer *w, const char *symbol, const book *b){(void)w;(void)symbol;(void)b;}
void recording_take(recording_writer *w, const book_event *events, size_t n){(void)w;(void)events;(void)n;}
status recording_flush(recording_writer *w){(void)w;return STATUS_OK;}
uint64_t recording_events(const recording_writer *w){(void)w;return 0;}
uint64_t recording_bytes(const recording_writer *w){(void)w;return 0;}
status recording_close(recording_writer *w){(void)w;return STATUS_OK;}
