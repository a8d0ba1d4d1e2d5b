/** The programs that simulated nodes have the images of. Everything else cannot be pulled. */
import { busybox } from './busybox.ts';
import { kubeBench } from './kube-bench.ts';
import { kubeHunter } from './kube-hunter.ts';
import type { Program } from './program.ts';
import { sonobuoy } from './sonobuoy.ts';
import { trivy } from './trivy.ts';

/** By the end of the image's repository. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  'aquasec/kube-bench': kubeBench,
  'aquasec/kube-hunter': kubeHunter,
  'aquasec/trivy': trivy,
  'library/busybox': busybox,
  'sonobuoy/sonobuoy': sonobuoy,
};

/** `image`: `docker.io/aquasec/kube-bench:v0.11.1`, with a digest or without. */
export function programOf(image: string): Program | undefined {
  const repository = image.replace(/@sha256:.*$/, '').replace(/:[^/:]*$/, '');
  return Object.entries(PROGRAMS).find(
    ([name]) => repository === name || repository.endsWith(`/${name}`),
  )?.[1];
}
