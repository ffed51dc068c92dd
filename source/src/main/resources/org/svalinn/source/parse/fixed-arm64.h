#define __has_attribute(x) 0
#define __has_builtin(x) 0
#define __unqual_scalar_typeof(x) __typeof__(x)
#define __extension__
