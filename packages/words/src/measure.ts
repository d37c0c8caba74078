/** Families of features that measure the same, whichever statistic of it and wherever it was taken. */
const families = [[/^latency_/, 'latency'], [/^pool_/, 'pool'], [/^(memory|heap)_/, 'memory'], [/^cpu_/, 'cpu']] as const;
/** Of these the subject says what is measured, not where. */
const bySubject = /^(metric|log_template|missing_line|odd_line)/;

/** What is measured: two series with the same answer say the same of their node. */
export function measureOf({ feature, subject }: { readonly feature: string; readonly subject: string }): string {
  // What was sent under a name of its own mostly says again what the spans say.
  if (feature.startsWith('metric') && /duration|latency/.test(subject)) return 'latency';
  return families.find(([pattern]) => pattern.test(feature))?.[1] ?? (bySubject.test(feature) ? `${feature.startsWith('metric') ? 'metric' : 'line'} ${subject}` : feature);
}
