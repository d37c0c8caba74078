export function ServicePage({ id }: { readonly id: string }) { return <p>{id}</p>; }
