export function LogsPage() { return <p>x</p>; }
