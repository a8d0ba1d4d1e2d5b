/**
 * Sizes that Azure has retired or is retiring, by family, with the series that Microsoft names as successor (A155).
 * Source: «Retired Azure VM size series» and «Previous generation sizes», Microsoft Learn.
 */
const SUCCESSORS: readonly (readonly [RegExp, string])[] = [
  [/^standard_nc\d+(?:r)?$/i, 'Standard_NC4as_T4_v3'],
  [/^standard_nc\d+r?s_v[23]$/i, 'Standard_NC4as_T4_v3'],
  [/^standard_nd\d+r?s$/i, 'Standard_NC24ads_A100_v4'],
  [/^standard_nv\d+(?:s_v[23])?$/i, 'Standard_NV6ads_A10_v5'],
  [/^standard_ds?\d+$/i, 'Standard_D2s_v5'],
  [/^standard_ds?\d+(?:-\d+)?_v2(?:_promo)?$/i, 'Standard_D2s_v5'],
  [/^standard_[fg]s?\d+(?:-\d+)?$/i, 'Standard_F2s_v2'],
  [/^standard_a\d+m?(?:_v2)?$/i, 'Standard_B2s'],
  [/^basic_a\d+$/i, 'Standard_B2s'],
];

export function successorOf(instanceType: string): string | undefined {
  return SUCCESSORS.find(([pattern]) => pattern.test(instanceType))?.[1];
}
