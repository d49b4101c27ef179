/* run.c - compiling source text, and the class statement. */
#include "vm/run.h"

#include "compiler/compiler.h"
#include "object/audit.h"
#include "object/lookup.h"
#include "parser/parser.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/exception.h"
#include "types/int.h"
#include "vm/operations.h"

/* --- __build_class__ ------------------------------------------------------------------------------------------- */

/* Replaces bases that are not classes by what their __mro_entries__ gives (PEP 560). */
static Tuple *resolve_bases(Tuple *bases) {
    List *resolved = NULL;
    for (int64_t i = 0; i < bases->length; i++) {
        Value base = bases->items[i];
        Value method = is_type(base) ? VALUE_EMPTY : get_attribute_optional(base, NAME("__mro_entries__"));
        if (is_error(method)) return NULL;
        if (is_empty(method)) {
            if (resolved && !list_append(resolved, base)) return NULL;
            continue;
        }
        Value entries = call_1(method, object_value(bases));
        if (is_error(entries)) return NULL;
        if (!is_tuple(entries)) {
            raise_error(&TypeError, "__mro_entries__ must return a tuple");
            return NULL;
        }
        if (!resolved && !(resolved = list_from_array(bases->items, i))) return NULL;
        if (!list_extend(resolved, entries)) return NULL;
    }
    return resolved ? list_to_tuple(resolved) : bases;
}

static Type *most_derived_metatype(Type *metatype, Tuple *bases) {
    for (int64_t i = 0; i < bases->length; i++) {
        Type *other = type_of(bases->items[i]);
        if (type_is_subtype(metatype, other)) continue;
        if (!type_is_subtype(other, metatype)) {
            raise_error(&TypeError, "metaclass conflict: the metaclass of a derived class must be a (non-strict) "
                                    "subclass of the metaclasses of all its bases");
            return NULL;
        }
        metatype = other;
    }
    return metatype;
}

Value build_class(Value *args, size_t count, Tuple *names) {
    if (count < 2) return raise_error(&TypeError, "__build_class__: not enough arguments");
    if (type_of(args[0]) != &function_type)
        return raise_error(&TypeError, "__build_class__: func must be a function");
    if (!is_str(args[1])) return raise_error(&TypeError, "__build_class__: name is not a string");
    Function *body = OBJECT_AS(Function, args[0]);
    Tuple *original = tuple_from_array(args + 2, (int64_t)count - 2);
    Tuple *bases = original ? resolve_bases(original) : NULL;
    Dict *keywords = bases ? dict_new() : NULL;
    if (!keywords) return VALUE_ERROR;
    for (int64_t i = 0; names && i < names->length; i++)
        if (!dict_set(keywords, names->items[i], args[count + (size_t)i])) return VALUE_ERROR;
    Value metaclass = dict_pop_str(keywords, NAME("metaclass"));
    if (is_error(metaclass)) return VALUE_ERROR;
    bool is_class = true;
    if (is_empty(metaclass)) {
        metaclass = bases->length ? object_value(type_of(bases->items[0])) : object_value(&type_type);
    } else {
        is_class = is_type(metaclass);
    }
    if (is_class) {
        Type *winner = most_derived_metatype(OBJECT_AS(Type, metaclass), bases);
        if (!winner) return VALUE_ERROR;
        metaclass = object_value(winner);
    }
    Tuple *positional = tuple_pack(2, args[1], object_value(bases));
    Value prepare = get_attribute_optional(metaclass, NAME("__prepare__"));
    if (!positional || is_error(prepare)) return VALUE_ERROR;
    Value namespace;
    if (is_empty(prepare) || (is_class && OBJECT_AS(Type, metaclass) == &type_type)) {
        Dict *fresh = dict_new();
        if (!fresh) return VALUE_ERROR;
        namespace = object_value(fresh);
    } else {
        namespace = call_with(prepare, positional, keywords);
        if (is_error(namespace)) return VALUE_ERROR;
    }
    if (!is_mapping(namespace))
        return raise_error(&TypeError, "%s.__prepare__() must return a mapping, not %T",
                           is_class ? OBJECT_AS(Type, metaclass)->name : "<metaclass>", namespace);
    Value cell = vm_run_code(body->code, body->globals, namespace, body->closure);
    if (is_error(cell)) return VALUE_ERROR;
    if (bases != original && !set_item(namespace, object_value(NAME("__orig_bases__")), object_value(original)))
        return VALUE_ERROR;
    positional = tuple_pack(3, args[1], object_value(bases), namespace);
    Value class_of = positional ? call_with(metaclass, positional, keywords) : VALUE_ERROR;
    if (is_error(class_of) || !is_type(class_of) || !is_exactly(cell, &cell_type)) return class_of;
    Value in_cell = value_load_acquire(&OBJECT_AS(CellObject, cell)->contents);
    if (is_empty(in_cell))
        return raise_error(&RuntimeError, "__class__ not set defining %R as %R. Was __classcell__ propagated to "
                                          "type.__new__?", args[1], class_of);
    if (!same_value(in_cell, class_of))
        return raise_error(&TypeError, "__class__ set to %R defining %R as %R", in_cell, args[1], class_of);
    return class_of;
}

/* --- compile ---------------------------------------------------------------------------------------------------------- */

enum {
    FLAG_DONT_IMPLY_DEDENT = 0x200, FLAG_ONLY_AST = 0x400, FLAG_IGNORE_COOKIE = 0x800,
    FLAG_ALLOW_INCOMPLETE_INPUT = 0x4000,
};

Value (*compile_ast_hook)(Value source, Str *filename, ParseMode mode, int flags, int optimize,
                          int minor_version);

static Value decode_source(const char *encoding, const char *source, size_t length) {
    Str *text = codec_decode(source, length, encoding, NULL);
    return text ? object_value(text) : VALUE_ERROR;
}
void compile_init(void) { parser_hooks.decode = decode_source; }

/* The future features of the code that calls compile(). */
static unsigned inherited_flags(void) {
    Frame *frame = frame_current(0);
    return frame ? frame->code->flags & CODE_FUTURE_ANNOTATIONS : 0;
}

static Value compile_text(const char *text, size_t length, unsigned parse_flags, Str *filename, ParseMode mode,
                          int flags, int optimize) {
    Arena arena;
    arena_init(&arena);
    if (flags & FLAG_DONT_IMPLY_DEDENT) parse_flags |= PARSE_DONT_IMPLY_DEDENT;
    if (flags & FLAG_ALLOW_INCOMPLETE_INPUT) parse_flags |= PARSE_ALLOW_INCOMPLETE_INPUT;
    if (flags & COMPILE_FUTURE_BARRY_AS_BDFL) parse_flags |= PARSE_BARRY_AS_BDFL;
    Mod *tree = parser_parse(&arena, text, length, filename, mode, parse_flags);
    Code *code = tree ? compile_module(tree, filename, optimize, (unsigned)flags) : NULL;
    arena_free(&arena);
    return code ? object_value(code) : VALUE_ERROR;
}

Value compile_source(Value source, Str *filename, const char *mode, int flags, int dont_inherit, int optimize) {
    return compile_source_of_version(source, filename, mode, flags, dont_inherit, optimize, -1);
}

Value compile_source_of_version(Value source, Str *filename, const char *mode_name, int flags, int dont_inherit,
                                int optimize, int minor_version) {
    ParseMode mode = mode_name[0] == 'e' ? (mode_name[1] == 'v' ? PARSE_EVAL : PARSE_FILE)
                     : mode_name[0] == 's' ? PARSE_SINGLE : PARSE_FUNC_TYPE;
    if (!dont_inherit) flags |= (int)inherited_flags();
    if (optimize < 0) optimize = runtime.optimize;
    bool is_text = is_str(source) || has_buffer(source);
    if (!AUDIT("compile", is_text ? source : VALUE_NONE, object_value(filename))) return VALUE_ERROR;
    if (!is_text || (flags & FLAG_ONLY_AST)) {
        if (compile_ast_hook) return compile_ast_hook(source, filename, mode, flags, optimize, minor_version);
        if (!is_text)
            return raise_error(&TypeError, "compile() arg 1 must be a string, bytes or AST object");
        return raise_error(&NotImplementedError, "compile() to an AST object needs the module _ast, which this "
                                                 "weft does not have yet");
    }
    if (is_str(source)) {
        size_t length;
        const char *text = str_utf8(as_str(source), &length);
        if (!text) return VALUE_ERROR;
        if (memchr(text, 0, length)) return raise_error(&ValueError, "source code string cannot contain null bytes");
        return compile_text(text, length, PARSE_SOURCE_IS_UTF8, filename, mode, flags, optimize);
    }
    BufferView view;
    if (!buffer_get(source, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value result;
    if (memchr(view.data, 0, (size_t)view.length)) {
        result = raise_error(&ValueError, "source code string cannot contain null bytes");
    } else {
        unsigned parse_flags = flags & FLAG_IGNORE_COOKIE ? PARSE_SOURCE_IS_UTF8 : 0;
        result = compile_text(view.data, (size_t)view.length, parse_flags, filename, mode, flags, optimize);
    }
    buffer_release(&view);
    return result;
}
