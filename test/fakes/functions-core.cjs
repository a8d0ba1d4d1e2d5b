/**
 * Stands in for '@azure/functions-core' in unit tests: throwing makes the library run in its documented test mode,
 * in which registrations do nothing and handlers can be imported and called.
 */
throw new Error('@azure/functions-core exists only inside the Functions host');
