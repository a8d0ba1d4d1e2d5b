/** Amounts as Kubernetes writes them: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */

const SCALE: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const QUANTITY = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)(n|u|m|k|[MGTPE]|[KMGTPE]i)?$/;

/** In units; 0 for what is none: an amount that nobody can read must not stop a report. */
export function quantity(text: string | number | undefined): number {
  const [, number = '0', suffix = ''] = QUANTITY.exec(String(text ?? '0')) ?? [];
  const value = Number(number) * (SCALE[suffix] ?? Number.NaN);
  return Number.isFinite(value) ? value : 0;
}

/** Thousandths of a core, whole. */
export const milli = (text: string | number | undefined): number => Math.round(quantity(text) * 1000);

/** Whole. */
export const bytes = (text: string | number | undefined): number => Math.round(quantity(text));
