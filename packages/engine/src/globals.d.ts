/** All that the engine asks of a host beyond the language itself. Every JavaScript host has it. */
declare function structuredClone<T>(value: T): T;
