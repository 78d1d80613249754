// The course of a price through a day, in bounded memory: points at a distance that doubles whenever they have become
// too many, so that the whole day stays in the picture.
#pragma once

#include <stdint.h>

enum { COURSE_POINTS = 256 };

typedef struct {
    int32_t n;
    int64_t step;                                      // ns between two points, at least
    int64_t time[COURSE_POINTS], price[COURSE_POINTS]; // oldest first
} course;

// A price of a time not before the last one's; zeroed memory is a course without points. A time that lies before the
// last point begins a new one.
void course_add(course *c, int64_t time, int64_t price);
