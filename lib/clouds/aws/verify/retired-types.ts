/**
 * Instance types of previous generations with what AWS recommends instead (A234): «Upgrade paths» of
 * aws.amazon.com/ec2/previous-generation
 */
const SUCCESSORS: readonly (readonly [RegExp, string])[] = [
  [/^t1\./, 't3.micro'],
  [/^m[123]\./, 'm5.large'],
  [/^c[13]\./, 'c5.large'],
  [/^cc[12]\./, 'c5.4xlarge'],
  [/^cr1\./, 'r5.4xlarge'],
  [/^r3\./, 'r5.large'],
  [/^hs1\./, 'd3.xlarge'],
  [/^i2\./, 'i3.large'],
  [/^cg1\./, 'p3.2xlarge'],
  [/^g[23]s?\./, 'g4dn.xlarge'],
  [/^p2\./, 'p3.2xlarge'],
];

export function successorOf(instanceType: string): string | undefined {
  return SUCCESSORS.find(([pattern]) => pattern.test(instanceType))?.[1];
}
