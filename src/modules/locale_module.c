/* locale_module.c - the module `_locale`. */
#include "modules/support.h"

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <wchar.h>

static Value text(const char *s) {
    Str *str = s ? str_from_os_text(s, strlen(s)) : NULL;
    return str ? object_value(str) : VALUE_ERROR;
}

static Value locale_setlocale(Value *args) {
    int category;
    if (!argument_int(args[0], &category)) return VALUE_ERROR;
    const char *name = NULL;
    if (!is_empty(args[1]) && !is_none(args[1])) {
        Str *wanted;
        if (!argument_str(args[1], "setlocale", "2", &wanted)) return VALUE_ERROR;
        name = str_utf8(wanted, NULL);
        if (!name) return VALUE_ERROR;
    }
    const char *result = setlocale(category, name);
    if (result) return text(result);
    Value error = import_attribute("_locale", "Error");
    if (is_error(error)) return error;
    return raise_error(OBJECT_AS(Type, error),
                       name ? "unsupported locale setting" : "locale query failed");
}

/* A grouping of the C library: numbers up to a 0 (repeat the last) or CHAR_MAX (stop). */
static Value grouping(const char *bytes) {
    List *list = list_new(2);
    if (!list) return VALUE_ERROR;
    if (*bytes == 0) return object_value(list);
    for (const char *p = bytes;; p++) {
        if (!list_append(list, int_value(*p))) return VALUE_ERROR;
        if (*p == 0 || *p == CHAR_MAX) return object_value(list);
    }
}

static Value locale_localeconv(Value *args) {
    const struct lconv *l = localeconv();
    Dict *dict = dict_new();
    const struct {
        const char *name, *value;
    } texts[] = {{"decimal_point", l->decimal_point}, {"thousands_sep", l->thousands_sep},
                 {"int_curr_symbol", l->int_curr_symbol}, {"currency_symbol", l->currency_symbol},
                 {"mon_decimal_point", l->mon_decimal_point},
                 {"mon_thousands_sep", l->mon_thousands_sep}, {"positive_sign", l->positive_sign},
                 {"negative_sign", l->negative_sign}};
    const struct {
        const char *name;
        char value;
    } chars[] = {{"int_frac_digits", l->int_frac_digits}, {"frac_digits", l->frac_digits},
                 {"p_cs_precedes", l->p_cs_precedes}, {"p_sep_by_space", l->p_sep_by_space},
                 {"n_cs_precedes", l->n_cs_precedes}, {"n_sep_by_space", l->n_sep_by_space},
                 {"p_sign_posn", l->p_sign_posn}, {"n_sign_posn", l->n_sign_posn}};
    for (size_t i = 0; dict && i < ARRAY_LENGTH(texts); i++) {
        Value v = text(texts[i].value);
        if (is_error(v) || !dict_set_c(dict, texts[i].name, v)) dict = NULL;
    }
    for (size_t i = 0; dict && i < ARRAY_LENGTH(chars); i++)
        if (!dict_set_c(dict, chars[i].name, int_value(chars[i].value))) dict = NULL;
    Value groups = dict ? grouping(l->grouping) : VALUE_ERROR;
    if (is_error(groups) || !dict_set_c(dict, "grouping", groups)) return VALUE_ERROR;
    groups = grouping(l->mon_grouping);
    if (is_error(groups) || !dict_set_c(dict, "mon_grouping", groups)) return VALUE_ERROR;
    return object_value(dict);
}

/* A str as wide characters in malloc'ed memory. */
static wchar_t *wide(Value v, const char *function, const char *which) {
    Str *s;
    if (!argument_str(v, function, which, &s)) return NULL;
    wchar_t *out = malloc(((size_t)s->length + 1) * sizeof *out);
    if (!out) {
        raise_memory_error();
        return NULL;
    }
    for (int64_t i = 0; i < s->length; i++) {
        out[i] = (wchar_t)str_at(s, i);
        if (out[i] == 0) {
            free(out);
            raise_error(&ValueError, "embedded null character");
            return NULL;
        }
    }
    out[s->length] = 0;
    return out;
}

static Value locale_strcoll(Value *args) {
    wchar_t *a = wide(args[0], "strcoll", "1");
    wchar_t *b = a ? wide(args[1], "strcoll", "2") : NULL;
    Value result = b ? int_value(wcscoll(a, b)) : VALUE_ERROR;
    free(a);
    free(b);
    return result;
}

static Value locale_strxfrm(Value *args) {
    wchar_t *a = wide(args[0], "strxfrm", "1");
    if (!a) return VALUE_ERROR;
    size_t length = wcsxfrm(NULL, a, 0);
    wchar_t *out = length < SIZE_MAX / 8 ? malloc((length + 1) * sizeof *out) : NULL;
    if (out) wcsxfrm(out, a, length + 1);
    Str *s = out ? str_from_code_points((uint32_t *)out, length) : NULL;
    if (!out) raise_memory_error();
    free(a);
    free(out);
    return s ? object_value(s) : VALUE_ERROR;
}

static const struct {
    const char *name;
    int value;
} langinfo_items[] = {
#define ITEM(name) {#name, name}
    ITEM(CODESET), ITEM(D_T_FMT), ITEM(D_FMT), ITEM(T_FMT), ITEM(T_FMT_AMPM), ITEM(AM_STR), ITEM(PM_STR),
    ITEM(DAY_1), ITEM(DAY_2), ITEM(DAY_3), ITEM(DAY_4), ITEM(DAY_5), ITEM(DAY_6), ITEM(DAY_7),
    ITEM(ABDAY_1), ITEM(ABDAY_2), ITEM(ABDAY_3), ITEM(ABDAY_4), ITEM(ABDAY_5), ITEM(ABDAY_6),
    ITEM(ABDAY_7), ITEM(MON_1), ITEM(MON_2), ITEM(MON_3), ITEM(MON_4), ITEM(MON_5), ITEM(MON_6),
    ITEM(MON_7), ITEM(MON_8), ITEM(MON_9), ITEM(MON_10), ITEM(MON_11), ITEM(MON_12), ITEM(ABMON_1),
    ITEM(ABMON_2), ITEM(ABMON_3), ITEM(ABMON_4), ITEM(ABMON_5), ITEM(ABMON_6), ITEM(ABMON_7),
    ITEM(ABMON_8), ITEM(ABMON_9), ITEM(ABMON_10), ITEM(ABMON_11), ITEM(ABMON_12), ITEM(RADIXCHAR),
    ITEM(THOUSEP), ITEM(CRNCYSTR), ITEM(YESEXPR), ITEM(NOEXPR), ITEM(ERA), ITEM(ERA_D_T_FMT),
    ITEM(ERA_D_FMT), ITEM(ERA_T_FMT), ITEM(ALT_DIGITS),
#undef ITEM
};

static Value locale_nl_langinfo(Value *args) {
    int item;
    if (!argument_int(args[0], &item)) return VALUE_ERROR;
    for (size_t i = 0; i < ARRAY_LENGTH(langinfo_items); i++)
        if (langinfo_items[i].value == item) return text(nl_langinfo(item));
    return raise_error(&ValueError, "unsupported langinfo constant");
}

static Value locale_getencoding(Value *args) {
    const char *name = nl_langinfo(CODESET);
    return text(*name ? name : "utf-8");
}

static const MethodDef locale_functions[] = {
    METHOD("setlocale", locale_setlocale, "(category, locale=None, /)",
           "Sets the locale of a category, or tells it."),
    METHOD("localeconv", locale_localeconv, "()", "The conventions for numbers and money."),
    METHOD("strcoll", locale_strcoll, "(string1, string2, /)", "Compares by the locale's order."),
    METHOD("strxfrm", locale_strxfrm, "(string, /)", "A string whose order is the locale's."),
    METHOD("nl_langinfo", locale_nl_langinfo, "(key, /)", "A piece of information of the locale."),
    METHOD("getencoding", locale_getencoding, "()", "The encoding of the locale."),
    {0},
};

static bool locale_init(Module *module) {
    static const struct {
        const char *name;
        int value;
    } categories[] = {{"LC_CTYPE", LC_CTYPE}, {"LC_COLLATE", LC_COLLATE}, {"LC_TIME", LC_TIME},
                      {"LC_MONETARY", LC_MONETARY}, {"LC_NUMERIC", LC_NUMERIC},
                      {"LC_MESSAGES", LC_MESSAGES}, {"LC_ALL", LC_ALL}, {"CHAR_MAX", CHAR_MAX}};
    for (size_t i = 0; i < ARRAY_LENGTH(categories); i++)
        if (!module_add_int(module, categories[i].name, categories[i].value)) return false;
    for (size_t i = 0; i < ARRAY_LENGTH(langinfo_items); i++)
        if (!module_add_int(module, langinfo_items[i].name, langinfo_items[i].value)) return false;
    Dict *namespace = dict_new();
    Type *error = namespace ? type_create("locale", "Error", &exc_Exception, namespace) : NULL;
    return error && module_add(module, "Error", object_value(error));
}

const NativeModule module__locale = {
    .name = "_locale",
    .doc = "The conventions of languages and countries.",
    .functions = locale_functions,
    .init = locale_init,
};
