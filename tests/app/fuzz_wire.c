// libFuzzer's door to the frame decoder: whatever bytes come over the socket, decoding them reads no further than they
// go.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "src/app/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    wire_frame f;
    size_t used;
    while (wire_frame_read(bytes, n, &f, &used) == STATUS_OK) {
        wire_run run;
        wire_hello hello;
        wire_welcome welcome;
        wire_refusal refusal;
        wire_answer answer;
        wire_done done;
        const char *question;
        if (wire_get_run(&f, &run) == STATUS_OK)
            for (size_t i = 0; i < run.n; i++)
                if (strlen(run.words[i]) > f.n)
                    __builtin_trap();
        wire_get_hello(&f, &hello);
        wire_get_welcome(&f, &welcome);
        wire_get_refusal(&f, &refusal);
        wire_get_answer(&f, &answer);
        wire_get_done(&f, &done);
        wire_get_ask(&f, &question);
        bytes += used;
        n -= used;
    }
    return 0;
}
