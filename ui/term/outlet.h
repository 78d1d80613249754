// What ncurses writes for a frame, in one piece. It writes a piece for every movement of the cursor, hundreds a frame,
// and each wakes the terminal (or is a packet of its own on the way to it). While an outlet gathers, the descriptor
// that ncurses was given leads to memory; then all is sent to the terminal at once.
#pragma once

#include <stdbool.h>

typedef struct {
    int front;    // the descriptor that ncurses was given; borrowed
    int terminal; // another one of the terminal; -1: this outlet can't gather
    int memory;
} outlet;

// Never fails: what can't gather lets everything through.
void outlet_open(outlet *o, int front);
void outlet_close(outlet *o);
int outlet_terminal(const outlet *o); // leads to the terminal, also while it gathers

void outlet_gather(outlet *o);
void outlet_send(outlet *o); // waits until the terminal has taken it; what one that is gone does not take is let go
// The terminal is lost: from now on both descriptors lead to `nowhere`.
void outlet_lose(outlet *o, int nowhere);
