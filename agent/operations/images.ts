/** The programs that operations run, by exact version. A registry of one's own is set where images are mirrored. */
export const IMAGES = {
  kubeBench: 'docker.io/aquasec/kube-bench:v0.16.0',
  kubeHunter: 'docker.io/aquasec/kube-hunter:0.6.8',
  sonobuoy: 'docker.io/sonobuoy/sonobuoy:v0.57.3',
  sbom: 'docker.io/aquasec/trivy:0.72.0',
  /** A shell and nsenter, to get onto the node. */
  host: 'docker.io/library/busybox:1.37.0',
} as const;
