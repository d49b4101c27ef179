/* measure - runs commands in turns and reports what each took.
 *
 *   measure ROUNDS COMMAND...
 *
 * Each COMMAND is one for sh -c. In each round every command runs once, in their order (so that whatever
 * else the machine does meets all of them); their stdout is thrown away. Then for each command one line:
 *
 *   median wall seconds, least wall seconds, median processor seconds, largest resident KiB, exit status
 *
 * The exit status is that of the first run that failed, 128 and more for a signal, or 0. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct Result {
    double *wall, *processor; /* seconds, one a round */
    long resident;            /* KiB */
    int status;
} Result;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec / 1e6; }

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, ascending);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static void run_once(const char *command, Result *result, int round) {
    double start = now();
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
        perror("measure");
        exit(2);
    }
    result->wall[round] = now() - start;
    result->processor[round] = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    if (usage.ru_maxrss > result->resident) result->resident = usage.ru_maxrss;
    if (result->status == 0)
        result->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv) {
    int rounds = argc > 2 ? atoi(argv[1]) : 0, count = argc - 2;
    if (rounds < 1) {
        fputs("usage: measure ROUNDS COMMAND...\n", stderr);
        return 2;
    }
    Result *results = calloc((size_t)count, sizeof *results);
    for (int i = 0; results && i < count; i++) {
        results[i].wall = calloc((size_t)rounds, sizeof(double));
        results[i].processor = calloc((size_t)rounds, sizeof(double));
        if (!results[i].wall || !results[i].processor) return 2;
    }
    if (!results) return 2;
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < count; i++) run_once(argv[i + 2], &results[i], round);
    for (int i = 0; i < count; i++) {
        Result *r = &results[i];
        double middle = median(r->wall, rounds);
        printf("%.4f %.4f %.4f %ld %d\n", middle, r->wall[0], median(r->processor, rounds), r->resident,
               r->status);
    }
    return 0;
}
