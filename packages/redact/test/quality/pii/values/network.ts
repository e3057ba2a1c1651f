import type { Random } from '../random.js';

export function ip4(random: Random): string {
  const first = random.chance(0.3) ? random.pick(['10', '192.168', '172.16', '127', '100.64']) : String(random.between(1, 223));
  const rest = 4 - first.split('.').length;
  return `${first}.${Array.from({ length: rest }, () => random.int(256)).join('.')}`;
}

export function ip6(random: Random): string {
  const hex = (): string => random.int(0x10000).toString(16);
  const full = Array.from({ length: 8 }, () => hex().padStart(4, '0')).join(':');
  return random.pick([
    full, full, full, full.toUpperCase(), Array.from({ length: 8 }, hex).join(':'), `2001:db8::${hex()}`, `fe80::${random.shape('X##')}:${random.shape('X#')}ff:fe${random.shape('##')}:${hex()}`,
    `2a02:${hex()}:${hex()}::${hex()}`, `::ffff:${ip4(random)}`, `fd${random.signs(2, '0123456789abcdef')}:${hex()}::1`, `2001:0db8:${hex().padStart(4, '0')}:${hex().padStart(4, '0')}::`,
  ]);
}

export function ip(random: Random): string {
  return random.chance(0.7) ? ip4(random) : ip6(random);
}

export function mac(random: Random): string {
  const pairs = Array.from({ length: 6 }, () => random.signs(2, '0123456789abcdef'));
  const kind = random.int(10);
  if (kind < 5) return pairs.join(':');
  if (kind < 7) return pairs.join(':').toUpperCase();
  if (kind < 9) return pairs.join('-').toUpperCase();
  return `${pairs.slice(0, 2).join('')}.${pairs.slice(2, 4).join('')}.${pairs.slice(4).join('')}`;
}
