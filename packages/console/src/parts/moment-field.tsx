import type { ReactNode } from 'react';

/** What a field of date and time holds, in the viewer's zone. */
export function toField(atMs: number): string {
  return new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** NaN while the field is empty. */
export function fromField(text: string): number {
  return new Date(text).getTime();
}

export function MomentField({ label, name, value, onChange }: { readonly label: string; readonly name: string; readonly value: string; readonly onChange: (value: string) => void }): ReactNode {
  return <label className="field"><span>{label}</span><input type="datetime-local" name={name} required value={value} onChange={(event) => onChange(event.target.value)} /></label>;
}
