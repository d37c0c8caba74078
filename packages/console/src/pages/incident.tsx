export function IncidentPage({ id }: { readonly id: string }) { return <p>{id}</p>; }
