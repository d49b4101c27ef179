/* weakref_module.c - the module _weakref. */
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/module.h"
#include "types/str.h"
#include "types/weakref.h"
#include "types/weakref_table.h"

static Value proxy(Value *args) {
    bool callable = is_callable(args[1]);
    Value callback = is_empty(args[2]) || is_none(args[2]) ? VALUE_EMPTY : args[2];
    return weakref_new(callable ? &weak_callable_proxy_type : &weak_proxy_type, args[1], callback);
}

static Value getweakrefcount(Value *args) {
    int64_t count;
    return is_error(weakref_list(args[1], &count)) ? VALUE_ERROR : int_value(count);
}

static Value getweakrefs(Value *args) { return weakref_list(args[1], NULL); }

/* Deletes dict[key] if it is a reference whose target has died. */
static Value remove_dead_weakref(Value *args) {
    if (!is_dict(args[1]))
        return raise_error(&TypeError,
                           "_remove_dead_weakref() argument 1 must be dict, not %T", args[1]);
    Value present = dict_get(as_dict(args[1]), args[2]);
    if (is_error(present)) return VALUE_ERROR;
    if (is_empty(present)) return VALUE_NONE;
    if (!is_weakref(present)) return raise_error(&TypeError, "not a weakref");
    if (!is_empty(weakref_get(OBJECT_AS(WeakRef, present)))) return VALUE_NONE;
    return dict_delete_if(as_dict(args[1]), args[2], present) < 0 ? VALUE_ERROR : VALUE_NONE;
}

static const MethodDef functions[] = {
    METHOD("proxy", proxy, "($module, object, callback=None, /)",
           "Make an object that stands for another without keeping it alive.\n\n"
           "callback(proxy) is called when it dies."),
    METHOD("getweakrefcount", getweakrefcount, "($module, object, /)",
           "Tell how many weak references and proxies to object there are."),
    METHOD("getweakrefs", getweakrefs, "($module, object, /)",
           "List all weak references and proxies to object."),
    METHOD("_remove_dead_weakref", remove_dead_weakref, "($module, dict, key, /)",
           "Delete dict[key] if it is a weak reference whose object has died. One atomic step."),
    {0},
};

static bool init(Module *module) {
    return module_add(module, "ref", object_value(&weakref_type)) &&
           module_add(module, "ReferenceType", object_value(&weakref_type)) &&
           module_add(module, "ProxyType", object_value(&weak_proxy_type)) &&
           module_add(module, "CallableProxyType", object_value(&weak_callable_proxy_type));
}

const NativeModule module__weakref = {
    .name = "_weakref",
    .doc = "Weak references: what the module weakref is made of.",
    .functions = functions,
    .init = init,
};
