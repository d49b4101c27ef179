/* exception_print.c - an exception with its chain, groups and notes as text.
 *
 * The whole text is built first and then written at once, so that the reports of two threads do not
 * interleave. Everything that runs Python here (str() of the exception, attributes, notes) may fail:
 * such a failure is replaced by a placeholder text and forgotten. */
#include "vm/exception_print.h"

#include "object/call.h"
#include "types/codec.h"
#include "types/dict.h"
#include "types/exception_kinds.h"
#include "types/int.h"
#include "types/list.h"

enum { GROUP_WIDTH_MAX = 15, GROUP_DEPTH_MAX = 10 };

static const char cause_text[] =
    "The above exception was the direct cause of the following exception:\n";
static const char context_text[] =
    "During handling of the above exception, another exception occurred:\n";

static bool print_recursive(Printer *p, Value exception);

/* --- pieces --------------------------------------------------------------------------------------- */

bool print_c(Printer *p, const char *text) { return builder_add_c(&p->text, text); }
bool print_str(Printer *p, Str *text) { return text && builder_add(&p->text, text); }

bool print_indent(Printer *p) { return builder_add_fill(&p->text, ' ', 2 * p->group_depth); }
bool print_margin(Printer *p) {
    return print_indent(p) && (p->group_depth == 0 || print_c(p, "| "));
}

static bool print_margin_line(Printer *p, const char *text) {
    return print_margin(p) && print_c(p, text);
}

/* str(v) or a placeholder; NULL only without memory. */
static Str *text_or(Value v, const char *placeholder) {
    Value text = value_str(v);
    if (!is_error(text) && is_str(text)) return as_str(text);
    error_clear();
    return str_from_c(placeholder);
}

/* An attribute, VALUE_EMPTY when there is none or getting it raised. */
static Value quiet_attribute(Value object, Str *name) {
    Value v = get_attribute_optional(object, name);
    if (!is_error(v)) return v;
    error_clear();
    return VALUE_EMPTY;
}

/* --- the type's name ------------------------------------------------------------------------------ */

static bool print_type_name(Printer *p, Type *type) {
    Value module = quiet_attribute(object_value(type), NAME("__module__"));
    if (!is_str(module)) {
        if (!print_c(p, "<unknown>.")) return false;
    } else if (!str_equal_c(as_str(module), "builtins") && !str_equal_c(as_str(module), "__main__")) {
        if (!print_str(p, as_str(module)) || !print_c(p, ".")) return false;
    }
    Value name = quiet_attribute(object_value(type), NAME("__qualname__"));
    return is_str(name) ? print_str(p, as_str(name)) : print_c(p, "<unknown>");
}

static bool print_message(Printer *p, Type *type, Value value) {
    if (!print_margin(p) || !print_type_name(p, type)) return false;
    if (is_none(value)) return true;
    Str *text = text_or(value, "<exception str() failed>");
    if (!text) return false;
    return text->length == 0 || (print_c(p, ": ") && print_str(p, text));
}

/* --- SyntaxError ---------------------------------------------------------------------------------- */

typedef struct SyntaxDetail {
    Value message;
    Str *filename, *text; /* text may be NULL */
    int64_t lineno, offset, end_lineno, end_offset; /* -1: unknown */
} SyntaxDetail;

static bool take_line(Value exception, Str *name, int64_t if_none, int64_t *out) {
    Value v = quiet_attribute(exception, name);
    *out = if_none;
    if (is_empty(v) || is_none(v)) return true;
    return is_int(v) && int_to_int64(v, out);
}

/* False: the attributes are not those of a SyntaxError; it is printed like any other exception. */
static bool syntax_detail(Value exception, SyntaxDetail *detail) {
    detail->message = quiet_attribute(exception, NAME("msg"));
    Value filename = quiet_attribute(exception, NAME("filename"));
    Value text = quiet_attribute(exception, NAME("text"));
    if (is_empty(detail->message) || is_empty(filename) || is_empty(text)) return false;
    Value lineno = quiet_attribute(exception, NAME("lineno"));
    if (!is_int(lineno) || !int_to_int64(lineno, &detail->lineno)) return false;
    detail->filename = is_none(filename) ? str_from_c("<string>") : text_or(filename, "<string>");
    detail->text = is_str(text) ? as_str(text) : NULL;
    return detail->filename && take_line(exception, NAME("offset"), -1, &detail->offset) &&
           take_line(exception, NAME("end_lineno"), detail->lineno, &detail->end_lineno) &&
           take_line(exception, NAME("end_offset"), -1, &detail->end_offset);
}

static bool is_stripped(uint32_t c) { return c == ' ' || c == '\t' || c == '\f'; }

/* The line of the error without its indentation, and carets under the columns. */
static bool print_error_text(Printer *p, const SyntaxDetail *detail) {
    Str *text = detail->text;
    int64_t start = 0, end = text->length;
    while (end > 0 && str_at(text, end - 1) == '\n') end--;
    int64_t newline = str_find(text, NAME("\n"), 0, end, 1);
    int64_t offset = detail->offset - 1, end_offset = detail->end_offset - 1;
    if (detail->end_lineno > detail->lineno) end_offset = newline >= 0 ? newline : end;
    /* Of several lines, the one that the offset is in. */
    while (newline >= 0 && newline < offset) {
        offset -= newline + 1 - start;
        end_offset -= newline + 1 - start;
        start = newline + 1;
        newline = str_find(text, NAME("\n"), start, end, 1);
    }
    if (newline >= 0) end = newline;
    int64_t line_start = start;
    while (start < end && is_stripped(str_at(text, start))) start++;
    if (!print_margin(p) || !print_c(p, "    ") || !builder_add_range(&p->text, text, start, end) ||
        !print_c(p, "\n"))
        return false;
    if (detail->offset < 1) return true;
    int64_t stripped = start - line_start, width = end - start;
    int64_t caret = offset - stripped, caret_end = end_offset - stripped;
    if (caret < 0) return true;
    if (caret > width) caret = width;
    if (caret_end <= caret) caret_end = caret + 1;
    if (caret_end > max_int64(width, caret + 1)) caret_end = max_int64(width, caret + 1);
    if (!print_margin(p) || !print_c(p, "    ")) return false;
    for (int64_t i = 0; i < caret; i++) {
        uint32_t c = str_at(text, start + i);
        if (!builder_add_char(&p->text, is_stripped(c) ? c : ' ')) return false;
    }
    return builder_add_fill(&p->text, '^', caret_end - caret) && print_c(p, "\n");
}

/* *value receives what stands behind the class's name. */
static bool print_file_and_line(Printer *p, Value exception, Value *value) {
    SyntaxDetail detail;
    if (is_empty(quiet_attribute(exception, NAME("print_file_and_line"))) ||
        !syntax_detail(exception, &detail)) {
        error_clear();
        return true;
    }
    *value = detail.message;
    return print_margin(p) &&
           print_str(p, str_format("  File \"%U\", line %lld\n", detail.filename,
                                   (long long)detail.lineno)) &&
           (!detail.text || print_error_text(p, &detail));
}

/* --- notes ---------------------------------------------------------------------------------------- */

static bool print_lines(Printer *p, Str *text) {
    Value lines = call_method_0(object_value(text), "splitlines");
    if (is_error(lines) || !is_list(lines)) return false;
    int64_t count = list_length(as_list(lines));
    if (count == 0) return print_margin_line(p, "\n");
    for (int64_t i = 0; i < count; i++) {
        Value line = list_get(as_list(lines), i);
        if (!is_str(line) || !print_margin(p) || !print_str(p, as_str(line)) || !print_c(p, "\n"))
            return false;
    }
    return true;
}

static bool print_notes(Printer *p, Value exception) {
    Value notes = quiet_attribute(exception, NAME("__notes__"));
    if (is_empty(notes) || is_none(notes)) return true;
    if (!is_sequence(notes)) {
        Value text = value_repr(notes);
        if (is_error(text)) error_clear();
        return print_margin(p) && (is_error(text) ? print_c(p, "<__notes__ repr() failed>")
                                                  : print_str(p, as_str(text)));
    }
    Tuple *all = tuple_from_iterable(notes);
    if (!all) {
        error_clear();
        return true;
    }
    for (int64_t i = 0; i < all->length; i++) {
        Str *text = is_str(all->items[i]) ? as_str(all->items[i])
                                          : text_or(all->items[i], "<note str() failed>");
        if (!text || !print_lines(p, text)) return false;
    }
    return true;
}

/* --- one exception -------------------------------------------------------------------------------- */

static bool is_group(Value v) { return is_instance_of(v, &exc_BaseExceptionGroup); }

static bool print_traceback_of(Printer *p, Value exception) {
    Value traceback = exception_field(&as_exception(exception)->traceback);
    if (!is_instance_of(none_if_empty(traceback), &traceback_type)) return true;
    const char *header = is_group(exception) ? "Exception Group Traceback (most recent call last):\n"
                                             : "Traceback (most recent call last):\n";
    return traceback_print(p, traceback, is_group(exception) && p->group_depth == 1, header);
}

static bool print_suggestion(Printer *p, Value exception) {
    Str *suggestion = exception_suggestion(exception);
    if (!suggestion) {
        error_clear();
        return true;
    }
    return print_c(p, ". Did you mean: ") && builder_add_repr(&p->text, object_value(suggestion)) &&
           print_c(p, "?");
}

static bool print_exception(Printer *p, Value exception) {
    Value value = exception;
    return print_traceback_of(p, exception) && print_file_and_line(p, exception, &value) &&
           print_message(p, type_of(exception), value) && print_suggestion(p, exception) &&
           print_c(p, "\n") && print_notes(p, exception);
}

/* --- groups --------------------------------------------------------------------------------------- */

static bool print_group_line(Printer *p, bool first, Str *title) {
    return print_indent(p) && print_c(p, first ? "+-" : "  ") &&
           print_c(p, "+---------------- ") && print_str(p, title) &&
           print_c(p, " ----------------\n");
}

static bool print_group_members(Printer *p, Tuple *members) {
    p->need_close = false;
    for (int64_t i = 0; i < members->length && i <= GROUP_WIDTH_MAX; i++) {
        bool truncated = i == GROUP_WIDTH_MAX;
        bool last = truncated || i == members->length - 1;
        if (last) p->need_close = true; /* a nested group may draw the closing line instead */
        Str *title = truncated ? str_from_c("...") : str_format("%lld", (long long)(i + 1));
        if (!title || !print_group_line(p, i == 0, title)) return false;
        p->group_depth++;
        if (!truncated) {
            if (!print_recursive(p, members->items[i])) return false;
        } else {
            long long more = (long long)(members->length - GROUP_WIDTH_MAX);
            if (!print_margin(p) ||
                !print_str(p, str_format("and %lld more exception%s\n", more, more > 1 ? "s" : "")))
                return false;
        }
        if (last && p->need_close) {
            if (!print_indent(p) || !print_c(p, "+------------------------------------\n"))
                return false;
            p->need_close = false;
        }
        p->group_depth--;
    }
    return true;
}

static bool print_group(Printer *p, Value exception) {
    if (p->group_depth > GROUP_DEPTH_MAX)
        return print_margin(p) &&
               print_str(p, str_format("... (max_group_depth is %d)\n", GROUP_DEPTH_MAX));
    if (p->group_depth == 0) p->group_depth = 1;
    if (!print_exception(p, exception)) return false;
    Value members = exception_field(&OBJECT_AS(ExceptionGroupObject, exception)->exceptions);
    if (is_tuple(members) && !print_group_members(p, as_tuple(members))) return false;
    if (p->group_depth == 1) p->group_depth = 0;
    return true;
}

/* --- chains --------------------------------------------------------------------------------------- */

static bool was_seen(Printer *p, Value exception) {
    for (int64_t i = 0; i < list_length(p->seen); i++)
        if (same_value(list_get(p->seen, i), exception)) return true;
    return false;
}

static bool print_chained(Printer *p, Value exception, const char *message) {
    bool need_close = p->need_close;
    if (!stack_check()) {
        error_clear();
        return true;
    }
    if (!print_recursive(p, exception)) return false;
    p->need_close = need_close;
    return print_margin_line(p, "\n") && print_margin_line(p, message) && print_margin_line(p, "\n");
}

static bool print_recursive(Printer *p, Value exception) {
    if (!list_append(p->seen, exception)) return false;
    Exception *e = as_exception(exception);
    Value cause = exception_field(&e->cause), context = exception_field(&e->context);
    if (!is_empty(cause)) {
        if (!was_seen(p, cause) && !print_chained(p, cause, cause_text)) return false;
    } else if (!is_empty(context) && !load_acquire(&e->suppress_context)) {
        if (!was_seen(p, context) && !print_chained(p, context, context_text)) return false;
    }
    return is_group(exception) ? print_group(p, exception) : print_exception(p, exception);
}

/* --- writing -------------------------------------------------------------------------------------- */

void print_text_to(Value file, Str *text) {
    if (!is_empty(file)) {
        Value result = call_method_1(file, "write", object_value(text));
        if (!is_error(result)) {
            if (is_error(call_method_0(file, "flush"))) error_clear();
            return;
        }
        error_clear();
    }
    Bytes *bytes = codec_encode(text, "utf-8", "backslashreplace");
    if (!bytes) {
        error_clear();
        return;
    }
    fwrite(bytes->data, 1, (size_t)bytes->length, stderr);
    fflush(stderr);
}

void exception_print(Value exception, Value file) {
    if (!is_exception(exception)) return;
    Printer p = {0};
    builder_init(&p.text);
    p.seen = list_new(4);
    bool fine = p.seen && print_recursive(&p, exception);
    if (!fine) error_clear();
    Str *text = builder_finish(&p.text);
    if (text && text->length) {
        print_text_to(file, text);
    } else {
        error_clear();
        fprintf(stderr, "%s\n", type_of(exception)->name);
    }
    error_clear();
}

/* --- exceptions that nobody catches --------------------------------------------------------------- */

static bool print_object_line(Printer *p, Value message, Value object) {
    if (is_none(object)) {
        if (is_none(message)) return true;
        Str *text = text_or(message, "Exception ignored");
        return print_str(p, text) && print_c(p, ":\n");
    }
    if (is_none(message)) {
        if (!print_c(p, "Exception ignored in: ")) return false;
    } else if (!print_str(p, text_or(message, "Exception ignored")) || !print_c(p, ": ")) {
        return false;
    }
    Value repr = value_repr(object);
    if (is_error(repr)) error_clear();
    return (is_error(repr) ? print_c(p, "<object repr() failed>") : print_str(p, as_str(repr))) &&
           print_c(p, "\n");
}

static bool print_unraisable(Printer *p, Value type, Value exception, Value traceback, Value message,
                             Value object) {
    if (!print_object_line(p, message, object)) return false;
    if (is_instance_of(traceback, &traceback_type) &&
        !traceback_print(p, traceback, false, "Traceback (most recent call last):\n"))
        return false;
    if (!is_type(type)) return true;
    if (!print_type_name(p, OBJECT_AS(Type, type))) return false;
    if (!is_none(exception)) {
        Str *text = text_or(exception, "<exception str() failed>");
        if (!text || !print_c(p, ": ") || !print_str(p, text)) return false;
    }
    return print_c(p, "\n");
}

void unraisable_print(Value type, Value exception, Value traceback, Value message, Value object,
                      Value file) {
    Printer p = {0};
    builder_init(&p.text);
    p.seen = list_new(0);
    bool fine = p.seen && print_unraisable(&p, type, exception, traceback, message, object);
    if (!fine) error_clear();
    Str *text = builder_finish(&p.text);
    if (text && text->length) print_text_to(file, text);
    error_clear();
}
