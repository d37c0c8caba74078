export function TracesPage() { return <p>x</p>; }
