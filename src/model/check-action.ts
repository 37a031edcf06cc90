/** What the buttons of a check run are called in the events that they send. */

/** Scans the head again, and judges it by the configuration as it is now. */
export const RECHECK_ACTION = "recheck";
