export function MetricsPage() { return <p>x</p>; }
