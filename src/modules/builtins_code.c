/* builtins_code.c - compile, eval, exec, globals, locals. */
#include "modules/builtins.h"

#include "object/audit.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "vm/frame.h"
#include "vm/run.h"

enum {
    FLAG_NESTED = 0x10,
    FLAGS_COMPILE = 0x7E00 & ~0x800,   /* PyCF_*: what compile() does */
    FLAGS_FUTURE = 0x1FE0000,          /* __future__'s compiler flags */
};

Value builtin_locals_value(void) {
    Frame *frame = frame_current(0);
    return frame ? frame_locals(frame) : raise_error(&exc_SystemError, "frame does not exist");
}

static Value builtin_locals(Value *args) { return builtin_locals_value(); }

static Value builtin_globals(Value *args) {
    Frame *frame = frame_current(0);
    return frame ? object_value(frame_globals(frame)) : VALUE_NONE;
}

/* --- compile -------------------------------------------------------------------------------------- */

static bool int_argument(Value v, int fallback, int *out) {
    *out = fallback;
    if (is_empty(v)) return true;
    int64_t i = value_index_int64(v, &OverflowError);
    if (i == -1 && error_occurred()) return false;
    *out = (int)i;
    if (*out == i) return true;
    raise_error(&OverflowError, "signed integer is %s than %s", i < 0 ? "less" : "greater",
                i < 0 ? "minimum" : "maximum");
    return false;
}

static Value builtin_compile(Value *args) {
    int flags, optimize, version;
    Str *filename = value_source_name(args[1]);
    if (!filename) return VALUE_ERROR;
    if (!is_str(args[2]))
        return raise_error(&TypeError, "compile() argument 'mode' must be str, not %T", args[2]);
    if (!int_argument(args[3], 0, &flags) || !int_argument(args[5], -1, &optimize) ||
        !int_argument(args[6], -1, &version))
        return VALUE_ERROR;
    int dont_inherit = is_empty(args[4]) ? 0 : value_truth(args[4]);
    if (dont_inherit < 0) return VALUE_ERROR;
    if (flags & ~(FLAG_NESTED | FLAGS_COMPILE | FLAGS_FUTURE))
        return raise_error(&ValueError, "compile(): unrecognised flags");
    if (optimize < -1 || optimize > 2)
        return raise_error(&ValueError, "compile(): invalid optimize value");
    const char *mode = str_utf8(as_str(args[2]), NULL);
    if (!mode) return VALUE_ERROR;
    bool known = !strcmp(mode, "exec") || !strcmp(mode, "eval") || !strcmp(mode, "single");
    if (!strcmp(mode, "func_type")) {
        if (!(flags & 0x400))
            return raise_error(&ValueError,
                               "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
        known = true;
    }
    if (!known)
        return raise_error(&ValueError, flags & 0x400
                                            ? "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
                                            : "compile() mode must be 'exec', 'eval' or 'single'");
    return compile_source_of_version(args[0], filename, mode, flags, dont_inherit, optimize, version);
}

/* --- eval, exec ----------------------------------------------------------------------------------- */

static Value as_code(Value source, const char *function, const char *mode) {
    if (is_exactly(source, &code_type)) return source;
    if (!is_str(source) && !has_buffer(source))
        return raise_error(&TypeError, "%s() arg 1 must be a string, bytes or code object", function);
    if (is_str(source) && mode[1] == 'v') {
        Str *text = as_str(source);
        int64_t start = 0;
        while (start < text->length && (str_at(text, start) == ' ' || str_at(text, start) == '\t'))
            start++;
        if (start && !(text = str_substring(text, start, text->length))) return VALUE_ERROR;
        source = object_value(text);
    }
    Str *filename = str_from_c("<string>");
    return filename ? compile_source(source, filename, mode, 0, 0, -1) : VALUE_ERROR;
}

/* Globals and namespace from the arguments, or the calling frame's. `*names` is VALUE_EMPTY where they
 * are the same. */
static bool take_scope(Value globals, Value locals, Dict **globals_out, Value *names) {
    Frame *frame = frame_current(0);
    *names = VALUE_EMPTY;
    if (is_empty(globals) || is_none(globals)) {
        if (!frame) {
            raise_error(&TypeError,
                        "globals must be given when called without a frame");
            return false;
        }
        *globals_out = frame_globals(frame);
        if (is_empty(locals) || is_none(locals)) {
            locals = frame_locals(frame);
            if (is_error(locals)) return false;
        }
    } else {
        *globals_out = as_dict(globals);
        if (is_none(locals)) locals = VALUE_EMPTY;
    }
    if (!is_empty(locals) && !same_value(locals, object_value(*globals_out))) *names = locals;
    Value key = object_value(NAME("__builtins__"));
    Value builtins = dict_get(*globals_out, key);
    if (is_error(builtins)) return false;
    if (!is_empty(builtins)) return true;
    Value current = frame ? frame->function->builtins_object : object_value(runtime.builtins);
    return dict_set(*globals_out, key, current);
}

static Value builtin_eval(Value *args) {
    Value globals = args[1], locals = args[2];
    if (!is_empty(locals) && !is_none(locals) && !is_mapping(locals))
        return raise_error(&TypeError, "locals must be a mapping");
    if (!is_empty(globals) && !is_none(globals) && !is_dict(globals))
        return raise_error(&TypeError, is_mapping(globals)
                                           ? "globals must be a real dict; try eval(code, {}, mapping)"
                                           : "globals must be a dict");
    Dict *scope;
    Value names;
    if (!take_scope(globals, locals, &scope, &names)) return VALUE_ERROR;
    Value code = as_code(args[0], "eval", "eval");
    if (is_error(code)) return code;
    if (OBJECT_AS(Code, code)->free_names && OBJECT_AS(Code, code)->free_names->length)
        return raise_error(&TypeError, "code object passed to eval() may not contain free variables");
    if (!AUDIT("exec", code)) return VALUE_ERROR;
    return vm_run_code(OBJECT_AS(Code, code), scope, names, NULL);
}

/* The closure for exec(), in *out (NULL: none). */
static bool take_closure(Value source, Value closure, Tuple **out) {
    *out = NULL;
    bool given = !is_empty(closure) && !is_none(closure);
    if (!is_exactly(source, &code_type)) {
        if (given)
            raise_error(&TypeError, "closure can only be used when source is a code object");
        return !given;
    }
    Tuple *free_names = OBJECT_AS(Code, source)->free_names;
    int64_t wanted = free_names ? free_names->length : 0;
    if (wanted == 0) {
        if (given) raise_error(&TypeError, "cannot use a closure with this code object");
        return !given;
    }
    bool fits = given && is_exactly(closure, &tuple_type) && as_tuple(closure)->length == wanted;
    for (int64_t i = 0; fits && i < wanted; i++)
        fits = is_exactly(as_tuple(closure)->items[i], &cell_type);
    if (!fits) {
        raise_error(&TypeError, "code object requires a closure of exactly length %lld",
                    (long long)wanted);
        return false;
    }
    *out = as_tuple(closure);
    return true;
}

static Value builtin_exec(Value *args) {
    Value globals = args[1], locals = args[2];
    if (!is_empty(globals) && !is_none(globals) && !is_dict(globals))
        return raise_error(&TypeError, "exec() globals must be a dict, not %T", globals);
    if (!is_empty(locals) && !is_none(locals) && !is_mapping(locals))
        return raise_error(&TypeError, "locals must be a mapping or None, not %T", locals);
    Dict *scope;
    Value names;
    Tuple *closure;
    if (!take_scope(globals, locals, &scope, &names) || !take_closure(args[0], args[3], &closure))
        return VALUE_ERROR;
    Value code = as_code(args[0], "exec", "exec");
    if (is_error(code)) return code;
    if (!AUDIT("exec", code)) return VALUE_ERROR;
    Value result = vm_run_code(OBJECT_AS(Code, code), scope, names, closure);
    return is_error(result) ? result : VALUE_NONE;
}

const MethodDef builtin_code_functions[] = {
    METHOD("compile", builtin_compile,
           "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)",
           "Compiles a text or syntax tree to a code object; mode is 'exec', 'eval' or 'single'."),
    METHOD("eval", builtin_eval, "(source, globals=None, locals=None, /)",
           "The value of an expression, given as text or code."),
    METHOD("exec", builtin_exec, "(source, globals=None, locals=None, /, *, closure=None)",
           "Runs statements, given as text or code."),
    METHOD("globals", builtin_globals, "()", "The dict of the current module's variables."),
    METHOD("locals", builtin_locals, "()", "The variables of the current scope, as a dict."),
    {0},
};
