export function TracePage({ id }: { readonly id: string }) { return <p>{id}</p>; }
