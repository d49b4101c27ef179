/* buffer.c - asking any object for its memory, and paths. */
#include <string.h>
#include "types/bytes.h"
#include "types/exception.h"
#include "types/str.h"

bool has_buffer(Value v) { return type_of(v)->get_buffer != NULL; }

bool buffer_get(Value v, BufferView *view, unsigned flags) {
    Type *type = type_of(v);
    if (!type->get_buffer) {
        raise_error(&TypeError, "a bytes-like object is required, not '%T'", v);
        return false;
    }
    *view = (BufferView){.owner = v, .item_size = 1, .dimensions = 1};
    if (!type->get_buffer(v, view, flags)) return false;
    if ((flags & BUFFER_WRITABLE) && view->readonly) {
        buffer_release(view);
        raise_error(&BufferError, "Object is not writable.");
        return false;
    }
    return true;
}

void buffer_release(BufferView *view) {
    if (is_empty(view->owner)) return;
    Type *type = type_of(view->owner);
    if (type->release_buffer) type->release_buffer(view->owner, view);
    view->owner = VALUE_EMPTY;
}

const char *value_os_path(Value path, Value *path_object) {
    Value original = path;
    if (!is_str(path) && !is_bytes(path)) {
        path = call_special(path, NAME("__fspath__"), NULL, 0);
        if (is_empty(path)) {
            raise_error(&TypeError, "expected str, bytes or os.PathLike object, not %T", original);
            return NULL;
        }
        if (is_error(path)) return NULL;
        if (!is_str(path) && !is_bytes(path)) {
            raise_error(&TypeError, "expected %T.__fspath__() to return str or bytes, not %T",
                        original, path);
            return NULL;
        }
    }
    if (path_object) *path_object = path;
    size_t length;
    const char *text;
    if (is_bytes(path)) {
        text = (const char *)as_bytes(path)->data;
        length = (size_t)as_bytes(path)->length;
    } else {
        text = str_os_text(as_str(path), &length);
        if (!text) return NULL;
    }
    if (strlen(text) != length) {
        raise_error(&ValueError, "embedded null byte");
        return NULL;
    }
    return text;
}

Str *value_source_name(Value path) {
    if (is_str(path)) return as_str(path);
    BufferView view;
    if (!is_bytes(path) && has_buffer(path)) {
        if (!warn(&DeprecationWarning, 1, "path should be string, bytes, or os.PathLike, not %T", path) ||
            !buffer_get(path, &view, BUFFER_SIMPLE))
            return NULL;
        Str *name = str_from_os_text(view.data, (size_t)view.length);
        buffer_release(&view);
        return name;
    }
    const char *text = value_os_path(path, NULL);
    return text ? str_from_os_text(text, strlen(text)) : NULL;
}
