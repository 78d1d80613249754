// Line charts in braille dots: several series over one axis of points, ticks, a guide line, marks, areas filled to
// zero. Everything is drawn from what the chart is given; it keeps nothing. Points that are NaN leave gaps.
#pragma once

#include "ui/canvas.h"
#include "ui/widget/scale.h"

typedef struct {
    const char *name; // shown when there are several; may be NULL
    double (*at)(const void *context, int i);
    role line;
    bool fill;   // the area to zero, in ROLE_UP above and ROLE_DOWN below
    bool points; // dots that are not joined
    bool quiet;  // has no say in the range of the axis
} chart_series;

enum { CHART_SERIES = 4 };

typedef struct {
    int n; // points, oldest first
    const void *context;
    chart_series series[CHART_SERIES];
    int series_n;
    double (*place)(const void *context, int i); // on the axis below, never falling; NULL: evenly
    unit unit;
    int margin;     // least columns for the labels of the axis, so that charts one above the other line up
    bool zero;      // the axis reaches to zero
    bool has_guide; // a horizontal line at `guide`
    double guide;
    bool (*marked)(const void *context, int i);                       // × on the first series; may be NULL
    void (*label)(const void *context, int i, char out[FORMAT_TEXT]); // of the point, under the axis; may be NULL
} chart;

void chart_draw(const chart *ch, canvas *c);
