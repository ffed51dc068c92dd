/* Statements: loops, switch, goto, statement expressions, cleanup. */

static int classify(long v)
{
	switch (v) {
	case 0: return 10;
	case 1: case 2: return 20;
	case 3 ... 9: v++; /* fall through */
	case 11: v += 2; break;
	default: return -1;
	case -5: return 55;
	}
	return v;
}

static int duff(int n)
{
	int i = 0, r = 0;
	switch (n % 4) {
	case 0: do { r += 1; i++;
	case 3: r += 10; i++;
	case 2: r += 100; i++;
	case 1: r += 1000; i++;
		} while (i < n);
	}
	return r;
}

static int jumps(int n)
{
	int r = 0, i = 0;
	if (n > 3) goto middle;
again:
	r++;
	for (i = 0; i < 3; i++) {
		r += 10;
middle:
		r += 100;
		if (n == 5) goto out;
	}
	if (n-- > 0) goto again;
out:
	return r;
}

static int max_of(int a, int b) { return ({ int x = a, y = b; x > y ? x : y; }); }
static int early(int n) { int v = ({ if (n < 0) return -100; n * 2; }); return v + 1; }
static int looped(int n) { int s = 0; for (int i = 0; i < 10; i++) { s += ({ if (i == n) break; if (i & 1) continue; i; }); } return s; }
static int far(int n) { int r = 1; r += ({ if (n) goto end; 5; }); r *= 2; end: return r; }

static void tidy(int *p) { out(1000 + *p); }
static int cleaned(int n)
{
	int a __attribute__((cleanup(tidy))) = 1;
	for (int i = 0; i < 2; i++) {
		int b __attribute__((cleanup(tidy))) = 10 + i;
		if (n == i) return b;
		if (n == 7) goto done;
	}
	{ int c __attribute__((cleanup(tidy))) = 20; if (n == 9) goto done; out(c); }
done:
	return a;
}
static int counter(void) { static int n = 5; return n++; }
static int sum(int n, ...) { __builtin_va_list ap, aq; int s = 0; __builtin_va_start(ap, n); __builtin_va_copy(aq, ap);
	for (int i = 0; i < n; i++) s += __builtin_va_arg(ap, int); s += 1000 * __builtin_va_arg(aq, int); __builtin_va_end(ap); __builtin_va_end(aq); return s; }
static long mixed(const char *f, ...) { __builtin_va_list ap; long s = 0; __builtin_va_start(ap, f);
	for (; *f; f++) s = s * 7 + (*f == 'l' ? __builtin_va_arg(ap, long) : *f == 'u' ? __builtin_va_arg(ap, unsigned) : *__builtin_va_arg(ap, char *));
	__builtin_va_end(ap); return s; }
static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
#define generic(x) _Generic((x), int: 1, unsigned: 2, long: 3, char *: 4, const char *: 5, default: 6)
#define min(a, b) ({ __typeof__(a) _a = (a); __typeof__(b) _b = (b); (void)(&_a == &_b); _a < _b ? _a : _b; })
enum color { RED, GREEN = 5, BLUE, BIG = 0x80000000, NEG = -2 };

void run(void)
{
	int i, n = 0;
	for (i = -6; i < 13; i++) out(classify(i));
	for (i = 1; i < 9; i++) out(duff(i));
	for (i = 0; i < 6; i++) out(jumps(i));
	out(max_of(3, 9)); out(early(-1)); out(early(4)); out(looped(5)); out(looped(20)); out(far(0)); out(far(1));
	out(cleaned(0)); out(cleaned(1)); out(cleaned(2)); out(cleaned(7)); out(cleaned(9));
	out(counter() + counter()); out(counter());
	while (n < 10) { n++; if (n == 3) continue; if (n == 6) break; out(n); }
	do { n--; if (n == 2) continue; out(n); } while (n > 0);
	for (;;) { if (++n > 4) break; }
	out(n); out(sum(4, 1, 2, 3, 4)); out(mixed("lus", 5L, 3000000000u, "A")); out(fib(15));
	out(generic(1)); out(generic(1u)); out(generic(1L)); out(generic("a")); out(generic((const char *)0)); out(generic((short)1)); out(generic(&n));
	out(min(min(4, 3), min(7, 2))); __auto_type w = 5L; out(sizeof(w)); __typeof__(n) m = 9; out(m);
	out(RED + GREEN * BLUE); out(NEG); out(sizeof(enum color)); out(BIG); enum local { X = 3, Y }; out(Y);
	out(__builtin_types_compatible_p(int, const int)); out(__builtin_types_compatible_p(int *, const int *)); out(__builtin_types_compatible_p(__typeof__(n), int));
	out(__builtin_choose_expr(1, 5, "x")); out(__builtin_constant_p(3 + 4)); out(__builtin_constant_p("s"));
	out(sizeof(struct { char a; int b; })); out(({ n; }));
	int k = ({ int z = 3; for (int q = 0; q < 4; q++) { if (q == 2) break; z += q; } z; }); out(k);
	if (0) { dead: out(77); } else if (k == 4) { k = 0; goto dead; }
	switch (k) { int hidden; case 0: hidden = 3; out(hidden); }
	{ __label__ inner; if (k == 0) goto inner; out(5); inner: ; }
	i = 0; { int arr[3] = { [1] = 4 }; arr[i++] += 3; arr[i++]++; out(arr[0] + arr[1] * 10 + i * 100); }
	for (int q = 0, r = 10; q < r; q += 3, r--) out(q * 100 + r);
}
