/* startup.h - bringing the runtime up and down. */
#ifndef WEFT_CLI_STARTUP_H
#define WEFT_CLI_STARTUP_H

#include "types/module.h"

typedef struct StartupOptions {
    const char *library;    /* folder of the pure-Python standard library, or NULL */
    bool install_signal_handlers;
    int argc;               /* the whole command line, for sys.orig_argv */
    char **argv;
    List *warn_options;     /* of strs, or NULL */
    Dict *x_options;        /* or NULL */
} StartupOptions;

/* Heap, main thread, builtin types, and the modules builtins and sys. Before anything else; fatal()
 * when even that fails. */
void runtime_init_core(void);
/* importlib, sys.path, standard streams, site. False with an exception set. Runs Python. */
bool runtime_init_library(const StartupOptions *options);
/* The end: waits for threads, runs atexit, flushes. Returns the exit status, which is `status` unless
 * flushing stdout failed (120). Runs Python. */
int runtime_finish(int status);

#endif
