/** The verdict about a cluster. `Unknown` is a verdict of its own: nobody reports, so nothing may be claimed. */
export type HealthStatus = 'Healthy' | 'Unhealthy' | 'Unknown';

/** Until an agent has reported, there is nothing to judge. */
export const UNREPORTED: HealthStatus = 'Unknown';
