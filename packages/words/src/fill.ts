/** Splits `{name}` and `{n|one|many}` holes out of a template; the rest stays text. A hole without a value stays visible. */
export function fill<Value>(text: string, values: Readonly<Record<string, Value>>, numberOf: (value: Value) => number = Number): (string | Value)[] {
  return text.split(/(\{[^{}]+\})/).filter((part) => part !== '').map((part) => {
    if (!part.startsWith('{')) return part;
    const [name, one, many] = part.slice(1, -1).split('|');
    if (!Object.hasOwn(values, name)) return part;
    const value = values[name];
    return one === undefined || many === undefined ? value : numberOf(value) === 1 ? one : many;
  });
}
