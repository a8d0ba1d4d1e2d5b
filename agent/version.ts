/** What the agent says it is. */
export const AGENT_VERSION = '0.1.0';
/** Field manager of everything that the agent applies. */
export const FIELD_MANAGER = 'slipway-agent';
