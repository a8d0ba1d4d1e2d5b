/** The tables of a broker's file. Entity names are kept as defined: renaming an entity leaves its messages behind. */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS message (
  entity TEXT NOT NULL,
  seq INTEGER NOT NULL,
  enqueued_seq INTEGER NOT NULL,
  message_id TEXT NOT NULL,
  session_id TEXT,
  payload BLOB NOT NULL,
  enqueued_at INTEGER NOT NULL,
  time_to_live INTEGER,
  expires_at INTEGER,
  overrides TEXT NOT NULL,
  state TEXT NOT NULL,
  delivery_count INTEGER NOT NULL,
  locked INTEGER NOT NULL,
  PRIMARY KEY (entity, seq)
) STRICT;
CREATE TABLE IF NOT EXISTS sequence (entity TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS session_state (
  entity TEXT NOT NULL,
  session_id TEXT NOT NULL,
  state BLOB NOT NULL,
  PRIMARY KEY (entity, session_id)
) STRICT;
CREATE TABLE IF NOT EXISTS seen_id (
  entity TEXT NOT NULL,
  message_id TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (entity, message_id)
) STRICT;
`;
