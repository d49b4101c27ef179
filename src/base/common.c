#include "base/common.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

NORETURN void fatal(const char *format, ...) {
    va_list arguments;
    fflush(stdout);
    fputs("weft: fatal: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    abort();
}
