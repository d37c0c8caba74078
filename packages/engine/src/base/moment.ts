/** Failures are counted by so short a stretch of time, so that a service that fails altogether is seen before its pane is over. */
export const momentMs = 500;
