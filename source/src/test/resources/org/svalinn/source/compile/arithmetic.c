/* Integer arithmetic, promotions and conversions. */

static int twice(int x) { return x * 2; }

struct bits { unsigned a : 3; int b : 5; unsigned long c : 40; _Bool d : 1; };

void run(void)
{
	signed char sc = -3;
	unsigned char uc = 250;
	short s = -30000;
	unsigned short us = 65535;
	int i = -7, j = 3;
	unsigned u = 0xfffffff0u;
	long l = -1234567890123L;
	unsigned long ul = 0xfedcba9876543210UL;
	long long ll = 1LL << 40;
	_Bool b = 5;

	out(sc + uc); out(sc * us); out(uc << 8); out((unsigned char)(uc + 10)); out((signed char)200);
	out(i / j); out(i % j); out(-i / j); out(u / 3); out(u % 7); out(ul / 10); out(ul % 10); out(l / 7); out(l % 7);
	out(u + 20); out(u * u); out(i + u > 0); out(i < u); out(sc < us); out(-1 < 1u); out(-1L < 1u);
	out(l >> 3); out(ul >> 3); out(i >> 1); out(u >> 4); out(1 << 31); out(1u << 31); out(1UL << 63); out(~0u); out(~i);
	out(~uc); out(-u); out(-ul); out(!i); out(!!i); out(b); out(b + 1);
	out((int)ul); out((unsigned)l); out((short)ul); out((long)(int)0x80000000); out((unsigned long)(unsigned)-1);
	out(i ^ u); out(i & 0xff); out(s | 1); out(us ^ s); out((us + 1) & 0x1ffff);
	i += 5; out(i); i -= 10; out(i); i *= -3; out(i); i /= 2; out(i); i %= 5; out(i); i <<= 3; out(i); i >>= 1; out(i);
	i |= 0x100; out(i); i &= ~4; out(i); i ^= 0x55; out(i);
	uc += 10; out(uc); sc -= 126; out(sc); us *= us; out(us); u += 100; out(u); ul -= 1; out(ul); s <<= 3; out(s);
	out(i++); out(i); out(++i); out(i--); out(--i); out(uc++); out(uc); out(sc--); out(us++);
	out(b++ ); out(b);
	out(i ? 1 : 2); out(i ?: 9); out(0 ?: 9); out((i > 0 && j > 0) || twice(0)); out(i, j);
	out(ll + 1); out(sizeof(i + ll)); out(sizeof(sc + sc)); out(sizeof 'a'); out('\n' + '\x41' + '\101' + '\\');
	out(0x7fffffff + 0u); out(2147483648); out(sizeof(2147483648)); out(sizeof(0x80000000)); out(0b1010); out(017);
	struct bits x = { .a = 7, .b = -3, .c = 0x123456789aUL, .d = 1 };
	out(x.a); out(x.b); out(x.c); out(x.d); x.a += 2; out(x.a); x.b -= 20; out(x.b); x.c = ~0UL; out(x.c); out(x.a - 8 < 0);
	out(x.b++); out(++x.b); x.d = 2; out(x.d); out(sizeof(x)); out(x.a = 15);
	out((u = 5, u + 1)); out(__builtin_clz(1)); out(__builtin_ctzl(0x100)); out(__builtin_ffs(0)); out(__builtin_ffsll(6));
	out(__builtin_popcountl(0xff00ff)); out(__builtin_bswap32(0x12345678)); out(__builtin_bswap64(0x123456789abcdefUL));
	out(__builtin_bswap16(0x1234));
	int o; unsigned uo; unsigned long ulo; signed char sco;
	out(__builtin_add_overflow(0x7fffffff, 1, &o)); out(o); out(__builtin_sub_overflow(1u, 2u, &uo)); out(uo);
	out(__builtin_mul_overflow(0xffffffffffUL, 0xffffffffffUL, &ulo)); out(ulo); out(__builtin_add_overflow(100, 27, &sco)); out(sco);
	out(__builtin_add_overflow(100, 28, &sco)); out(sco); out(__builtin_expect(i == 3, 1));
}
