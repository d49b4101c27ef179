/* posix_path.c - path arguments of the module posix. */
#include "modules/posix_internal.h"

#include <limits.h>

Value path_fspath(Value v) {
    if (is_str(v) || is_bytes(v)) return v;
    Value method = lookup_special(v, NAME("__fspath__"));
    if (is_error(method)) return method;
    if (is_empty(method))
        return raise_error(&TypeError, "expected str, bytes or os.PathLike object, not %T", v);
    Value path = call_0(method);
    if (is_error(path) || is_str(path) || is_bytes(path)) return path;
    return raise_error(&TypeError, "expected %T.__fspath__() to return str or bytes, not %T", v, path);
}

static const char *const wanted[] = {
    "string, bytes or os.PathLike",
    "string, bytes, os.PathLike or integer",
    "string, bytes, os.PathLike or None",
    "string, bytes, os.PathLike, integer or None",
};

/* Other objects with a buffer are paths too, with a warning: *v becomes bytes. */
static bool warn_bytes_like(Value *v, const char *function, const char *name, unsigned flags) {
    BufferView view;
    if (!warn(&DeprecationWarning, 1, "%s: %s should be %s, not %T", function, name, wanted[flags & 3], *v) ||
        !buffer_get(*v, &view, BUFFER_SIMPLE))
        return false;
    Bytes *bytes = bytes_from(view.data, (size_t)view.length);
    buffer_release(&view);
    *v = bytes ? object_value(bytes) : VALUE_ERROR;
    return bytes != NULL;
}

static Value wrong_path_type(Value v, const char *function, const char *name, unsigned flags) {
    return raise_error(&TypeError, "%s: %s should be %s, not %T", function, name, wanted[flags & 3], v);
}

static bool path_fd(Value v, PathArgument *out) {
    Value index = value_index(v);
    int64_t fd;
    if (is_error(index)) return false;
    if (!int_to_int64(index, &fd) || fd > INT_MAX) {
        raise_error(&OverflowError, "fd is greater than maximum");
        return false;
    }
    if (fd < INT_MIN) {
        raise_error(&OverflowError, "fd is less than minimum");
        return false;
    }
    out->fd = (int)fd;
    out->object = v;
    return true;
}

bool path_argument(Value v, const char *function, const char *name, unsigned flags,
                   PathArgument *out) {
    *out = (PathArgument){.object = v, .fd = -1};
    if (is_empty(v) || (is_none(v) && (flags & PATH_OR_NONE))) {
        out->object = VALUE_NONE;
        out->text = ".";
        out->is_none = true;
        return true;
    }
    if (!is_str(v) && !is_bytes(v)) {
        if ((flags & PATH_OR_FD) && has_index(v)) return path_fd(v, out);
        Value method = lookup_special(v, NAME("__fspath__"));
        if (is_error(method)) return false;
        if (is_empty(method) && has_buffer(v)) { /* messages show what the caller gave */
            if (!warn_bytes_like(&v, function, name, flags)) return false;
        } else if (is_empty(method)) {
            wrong_path_type(v, function, name, flags);
            return false;
        } else {
            v = path_fspath(v);
            if (is_error(v)) return false;
            out->object = v;
        }
    }
    size_t length;
    if (is_bytes(v)) {
        out->text = (const char *)as_bytes(v)->data;
        length = (size_t)as_bytes(v)->length;
        out->is_bytes = true;
    } else {
        out->text = str_os_text(as_str(v), &length);
        if (!out->text) return false;
    }
    if (strlen(out->text) == length) return true;
    if (out->is_bytes) raise_error(&ValueError, "%s: embedded null character in %s", function, name);
    else raise_error(&ValueError, "embedded null byte");
    return false;
}

bool dir_fd_argument(Value v, int *out) {
    *out = AT_FDCWD;
    if (is_empty(v) || is_none(v)) return true;
    if (!has_index(v)) {
        raise_error(&TypeError, "argument should be integer or None, not %T", v);
        return false;
    }
    PathArgument path;
    if (!path_fd(v, &path)) return false;
    *out = path.fd;
    return true;
}

Value path_error(const PathArgument *path) {
    if (error_occurred()) return VALUE_ERROR;
    return raise_os_error(errno, path->is_none ? VALUE_EMPTY : path->object, VALUE_EMPTY);
}

Value path_error_2(const PathArgument *first, const PathArgument *second) {
    if (error_occurred()) return VALUE_ERROR;
    return raise_os_error(errno, first->object, second->object);
}

Value file_name_value(const char *text, size_t length, bool as_bytes_wanted) {
    void *object = as_bytes_wanted ? (void *)bytes_from(text, length)
                                   : (void *)str_from_os_text(text, length);
    return object ? object_value(object) : VALUE_ERROR;
}

bool uid_argument(Value v, const char *what, unsigned *out) {
    if (!has_index(v)) {
        raise_error(&TypeError, "%s should be integer, not %T", what, v);
        return false;
    }
    Value index = value_index(v);
    if (is_error(index)) return false;
    int64_t id;
    bool fits = int_to_int64(index, &id);
    if (fits && id >= -1 && id <= UINT_MAX) {
        *out = (unsigned)id;
        return true;
    }
    bool low = fits ? id < 0 : int_sign(index) < 0;
    raise_error(&OverflowError, low ? "%s is less than minimum" : "%s is greater than maximum", what);
    return false;
}
