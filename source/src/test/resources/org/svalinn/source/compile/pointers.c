/* Pointers, arrays, structs, unions, alignment, offsetof. */

struct point { int x, y; };
struct packed { char c; long l; short s; } __attribute__((packed));
struct aligned { char c; } __attribute__((aligned(32)));
struct flexible { int n; short items[]; };
union u { int i; unsigned char b[8]; struct { short lo, hi; }; };
struct list { struct list *next, *prev; };
struct node { int key; struct list link; union { int inner; char *name; }; };
#define container_of(p, t, m) ((t *)((char *)(p) - __builtin_offsetof(t, m)))

static struct point make(int x, int y) { struct point p = { x, y }; return p; }
static int sum(struct point p) { p.x += p.y; return p.x; }
static void swap(int *a, int *b) { int t = *a; *a = *b; *b = t; }
static int (*choose(int n))(struct point) { return n ? sum : 0; }
static struct point global_points[3] = { { 1, 2 }, [2] = { .y = 9 } };
static int matrix[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } };
typedef int (*binary)(int, int);
static int add(int a, int b) { return a + b; }
static int sub(int a, int b) { return a - b; }
static binary table[] = { add, sub, &add };
struct big { long v[5]; };
static struct big bigger(struct big b, long d) { for (int i = 0; i < 5; i++) b.v[i] += d; return b; }

void run(void)
{
	int a[5] = { 1, 2, 3 }, *p = a, b = 7, c = 8;
	struct point q = make(3, 4), r, *rp = &r;
	struct node n = { .key = 5, .inner = 6 };
	struct list *l = &n.link;
	union u u = { .i = 0x01020304 };
	char text[] = "hello", fixed[8] = "abc", *s = "world";
	struct big g = { { 1, 2, 3, 4, 5 } };

	out(p[1]); out(*(p + 2)); out(2[a]); out(*p++); out(*p); out(p - a); out(&a[4] - p); p += 2; out(*p); out(--p == &a[2]);
	out(sizeof(a) / sizeof(a[0])); out(a[3] + a[4]); swap(&b, &c); out(b); out(c);
	out(q.x); out(sum(q)); out(q.x); r = q; r.y = 10; out(rp->y); out(q.y); *rp = make(7, 8); out(r.x * r.y); out(make(5, 6).y);
	out(container_of(l, struct node, link)->key); out(container_of(l, struct node, link) == &n); out(n.inner);
	out(u.b[0]); out(u.lo); out(u.hi); u.b[1] = 0xff; out(u.i);
	out(sizeof(struct packed)); out(sizeof(struct aligned)); out(__alignof__(struct aligned)); out(sizeof(struct flexible));
	out(__builtin_offsetof(struct packed, s)); out(__builtin_offsetof(struct node, inner)); out(__builtin_offsetof(struct flexible, items[3]));
	out((long)&((struct node *)0)->link.prev);
	out(text[4]); out(sizeof(text)); out(fixed[5]); out(s[1]); out("xyz"[2]); out(sizeof("abc" "def"));
	out(choose(1)(q)); out(choose(0) == 0); out(table[1](9, 4)); out((*table[2])(9, 4)); out(sizeof(table));
	out(global_points[0].y); out(global_points[2].y); out(global_points[1].x); global_points[1].x = 4; out(global_points[1].x);
	out(matrix[1][2]); out(*(*(matrix + 1) + 1)); out(sizeof(matrix[0]));
	struct big h = bigger(g, 10); out(h.v[4]); out(g.v[4]); g = bigger(bigger(h, 1), 1); out(g.v[0]);
	out(((struct point){ .y = 3 }).y); rp = &(struct point){ 11, 12 }; out(rp->x + rp->y); out((int){ 4 });
	struct packed pk = { 'a', 0x1122334455667788L, 5 }; out(pk.l); out(pk.s); pk.l += 1; out(pk.l);
	void *v = a; out(((int *)v)[2]); out((char *)&a[1] - (char *)a); out(v + 4 == &a[1]); out(!p); out(p && 1);
	const struct point cp = { 1, 2 }; out(cp.x); out((b ? &q : rp)->x == q.x); out((&a[1])[-1]); int **pp = &p; out(**pp); (*pp)++; out(*p);
}
