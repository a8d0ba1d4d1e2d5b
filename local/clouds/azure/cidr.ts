/** IPv4 ranges. Only what subnets and cluster networks are checked by. */

export interface Cidr {
  readonly first: number;
  readonly last: number;
  readonly bits: number;
  readonly text: string;
}

/** Undefined when the text is no IPv4 range. Host bits are dropped, as Azure's network does not accept them silently. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = ''] = text.split('/');
  const base = parseAddress(address);
  const bits = /^\d{1,2}$/.test(length) ? Number(length) : Number.NaN;
  if (base === undefined || !(bits >= 0 && bits <= 32)) return undefined;
  const size = 2 ** (32 - bits);
  const first = Math.floor(base / size) * size;
  return { first, last: first + size - 1, bits, text };
}

export function parseAddress(text: string): number | undefined {
  const parts = text.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : Number.NaN));
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

export function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

export const overlaps = (a: Cidr, b: Cidr): boolean => a.first <= b.last && b.first <= a.last;

export const contains = (outer: Cidr, inner: Cidr): boolean =>
  outer.first <= inner.first && inner.last <= outer.last;

export const includesAddress = (range: Cidr, address: number): boolean =>
  range.first <= address && address <= range.last;

/** Azure keeps five addresses of every subnet: the first four and the last. */
export const usableAddresses = ({ first, last }: Cidr): number => Math.max(0, last - first + 1 - 5);
