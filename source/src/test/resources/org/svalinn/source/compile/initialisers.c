/* Initialisers of static and automatic objects. */

struct inner { int a, b; };
struct outer { char c; struct inner in[2]; union { long l; struct { short s, t; }; }; const char *name; int (*fn)(int); int tail[]; };
static int inc(int x) { return x + 1; }
static int shared = 42;
static struct outer o1 = { .c = 'x', .in = { { 1, 2 }, { .b = 4 } }, .s = 7, .t = 8, .name = "one", .fn = inc, .tail = { 5, 6, 7 } };
static struct outer o2 = { 'y', { 1, 2, 3, 4 }, { 99 }, "two" };
static int ranges[10] = { [0 ... 3] = 1, [5] = 2, 3, [8 ... 9] = 4, [9] = 5 };
static char words[][6] = { "ab", "cde", { 'f', 'g' } };
static const char *const names[] = { "zero", [2] = "two", "three" };
static int *pointer = &shared, *element = &ranges[5];
static struct { struct inner *p; unsigned long off; } refs[] = { { &o1.in[1], (unsigned long)&((struct outer *)0)->name }, { .p = &(struct inner){ 8, 9 } } };
struct list { struct list *next, *prev; };
static struct list head = { &head, &head };
static struct flags { unsigned a : 4, b : 4, : 8, c : 16; } flags = { 1, 2, 3 };
static struct inner copies[2] = { (struct inner){ 1, 2 }, [1] = (struct inner){ .b = 5 } };
static unsigned char bytes[4] = { 255, 256, -1, 'a' };
static long sum = sizeof(ranges) + 3 * 4, shifted = -1L >> 1;
static char text[] = "hello", cut[3] = "abc", braces[] = { "in" };
extern int tentative; int tentative; int tentative;
static struct { int n; struct inner x; } nested = { .x.b = 3, .n = 1, .x.a = 2 };
static struct inner grid[2][2] = { [1][0] = { 3, 4 }, [0] = { [1].b = 6 } };
static union { int i; char c[8]; } un = { .c = { 1, 2, 3 } };
static _Bool yes = 12, no = 0;
static void *nulls[2] = { 0, (void *)0 };
static struct inner pairs[] = { 1, 2, 3, 4, 5 };

void run(void)
{
	int i, k = 3;
	out(o1.c); out(o1.in[0].b); out(o1.in[1].a); out(o1.in[1].b); out(o1.s + o1.t * 10); out(o1.name[2]); out(o1.fn(4)); out(o1.tail[2]); out(sizeof(o1));
	out(o2.in[1].b); out(o2.l); out(o2.name[0]); out(o2.fn == 0);
	for (i = 0; i < 10; i++) out(ranges[i]);
	out(sizeof(words)); out(words[1][2]); out(words[0][3]); out(words[2][1]); out(sizeof(names)); out(names[1] == 0); out(names[3][4]);
	out(*pointer); *pointer = 5; out(shared); out(element[1]); out(refs[0].p->b); out(refs[0].off); out(refs[1].p->b); out(head.next->prev == &head);
	out(flags.a); out(flags.b); out(flags.c); out(sizeof(flags)); out(copies[1].b); out(copies[0].a); for (i = 0; i < 4; i++) out(bytes[i]);
	out(sum); out(shifted); out(sizeof(text)); out(cut[2]); out(sizeof(braces)); out(tentative); out(nested.n + nested.x.a * 10 + nested.x.b * 100);
	out(grid[1][0].b); out(grid[0][1].b); out(un.i); out(yes + no); out(nulls[1] == 0); out(sizeof(pairs)); out(pairs[2].a); out(pairs[2].b);
	struct outer l = { .in[1] = { k, k + 1 }, .c = k, .name = names[2] }; out(l.in[1].b); out(l.in[0].a); out(l.l); out(l.name[0]);
	int partial[6] = { k, [4] = k * 2 }; for (i = 0; i < 6; i++) out(partial[i]);
	struct inner from = { 7, 8 }, arr[2] = { from, { .a = from.b } }; out(arr[0].b + arr[1].a); struct flags f = { .b = k, .c = -1 }; out(f.b + f.c);
	char local[10] = "hi"; out(local[1] + local[9]); struct list h = { &h, &h }; out(h.next == &h); static int once = 3; out(once++);
	struct { struct inner x, y; } both = { from, .y.b = 2 }; out(both.x.b + both.y.b + both.y.a); int m[2][2] = { { 1 }, { 2, 3 } }; out(m[0][1] + m[1][1]);
	struct inner z = (struct inner){ .b = k }; out(z.a + z.b); z = (struct inner){ k }; out(z.a + z.b * 10);
}
