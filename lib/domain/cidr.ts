/** IPv4 ranges: how many addresses one has and whether two overlap. */
interface Range {
  readonly first: number;
  readonly size: number;
}

/** `undefined`: not an IPv4 range in CIDR form. */
export function parseCidr(text: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return { first: address - (address % size), size };
}

export function overlaps(one: string, other: string): boolean {
  const a = parseCidr(one);
  const b = parseCidr(other);
  if (!a || !b) return false;
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

export function addressCount(cidr: string): number {
  return parseCidr(cidr)?.size ?? 0;
}

/** The address at a position of a range, `10.0.0.10` for position 10 of `10.0.0.0/16`. */
export function addressAt(cidr: string, position: number): string {
  const address = (parseCidr(cidr)?.first ?? 0) + position;
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** As clouds write and keep it: `10.0.0.0/16` for `10.0.0.7/16`. `undefined`: no range. */
export function canonicalCidr(text: string): string | undefined {
  return parseCidr(text) && `${addressAt(text, 0)}/${Number(text.split('/')[1])}`;
}
