/* repl.h - the interactive interpreter. */
#ifndef WEFT_CLI_REPL_H
#define WEFT_CLI_REPL_H

#include "types/module.h"

/* Reads and runs statements until the end of the input; returns the exit status. Runs Python. */
int repl_run(Module *module, bool banner);

#endif
