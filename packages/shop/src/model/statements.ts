/** Every SQL statement of the shop, and what it costs. */
export interface Statement {
  readonly database: string;
  readonly operation: string;
  readonly table: string;
  readonly text: string;
  /** Median time on an idle server. */
  readonly ms: number;
}

export const statements = {
  'orders.byCustomer': { database: 'orders', operation: 'SELECT', table: 'orders', ms: 3.5, text: 'SELECT id, status, total_cents, created_at FROM orders WHERE customer_id = $1 ORDER BY created_at DESC LIMIT 20' },
  'orders.get': { database: 'orders', operation: 'SELECT', table: 'orders', ms: 1.8, text: 'SELECT * FROM orders WHERE id = $1' },
  'orders.insert': { database: 'orders', operation: 'INSERT', table: 'orders', ms: 4.5, text: 'INSERT INTO orders (id, customer_id, status, total_cents, created_at) VALUES ($1, $2, $3, $4, now())' },
  'items.insert': { database: 'orders', operation: 'INSERT', table: 'order_items', ms: 3, text: 'INSERT INTO order_items (order_id, sku, quantity, price_cents) SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::int[])' },
  'orders.status': { database: 'orders', operation: 'UPDATE', table: 'orders', ms: 3.6, text: 'UPDATE orders SET status = $2 WHERE id = $1' },
  'invoices.insert': { database: 'orders', operation: 'INSERT', table: 'invoices', ms: 3.2, text: 'INSERT INTO invoices (id, order_id, number, pdf_path) VALUES ($1, $2, $3, $4)' },
  'sales.rollup': { database: 'orders', operation: 'SELECT', table: 'orders', ms: 260, text: "SELECT date_trunc('hour', created_at) AS hour, count(*), sum(total_cents) FROM orders WHERE created_at > now() - interval '1 day' GROUP BY 1" },
  'payments.insert': { database: 'payments', operation: 'INSERT', table: 'payments', ms: 3.1, text: 'INSERT INTO payments (id, order_id, amount_cents, state) VALUES ($1, $2, $3, $4)' },
  'payments.state': { database: 'payments', operation: 'UPDATE', table: 'payments', ms: 2.8, text: 'UPDATE payments SET state = $2, reference = $3 WHERE order_id = $1' },
  'products.get': { database: 'catalogue', operation: 'SELECT', table: 'products', ms: 1.9, text: 'SELECT * FROM products WHERE id = $1' },
  'products.byIds': { database: 'catalogue', operation: 'SELECT', table: 'products', ms: 3.8, text: 'SELECT id, name, price_cents, image_id FROM products WHERE id = ANY($1)' },
  'products.featured': { database: 'catalogue', operation: 'SELECT', table: 'products', ms: 5.5, text: 'SELECT id, name, price_cents, image_id FROM products WHERE featured ORDER BY rank LIMIT 24' },
  'reviews.byProduct': { database: 'reviews', operation: 'SELECT', table: 'reviews', ms: 4.2, text: 'SELECT id, stars, title, body FROM reviews WHERE product_id = $1 ORDER BY helpful DESC LIMIT 10' },
  'reviews.insert': { database: 'reviews', operation: 'INSERT', table: 'reviews', ms: 3.4, text: 'INSERT INTO reviews (id, product_id, customer_id, stars, title, body) VALUES ($1, $2, $3, $4, $5, $6)' },
  'stock.get': { database: 'inventory', operation: 'SELECT', table: 'stock', ms: 1.4, text: 'SELECT available FROM stock WHERE sku = $1' },
  'stock.reserve': { database: 'inventory', operation: 'UPDATE', table: 'stock', ms: 3.9, text: 'UPDATE stock SET available = available - $2, reserved = reserved + $2 WHERE sku = $1 AND available >= $2' },
  'stock.commit': { database: 'inventory', operation: 'UPDATE', table: 'stock', ms: 3.2, text: 'UPDATE stock SET reserved = reserved - $2 WHERE sku = $1' },
  'users.byEmail': { database: 'users', operation: 'SELECT', table: 'users', ms: 1.7, text: 'SELECT id, password_hash, locale FROM users WHERE email = $1' },
  'users.get': { database: 'users', operation: 'SELECT', table: 'users', ms: 1.3, text: 'SELECT id, name, email, locale, tier FROM users WHERE id = $1' },
} as const satisfies Record<string, Statement>;

export type StatementName = keyof typeof statements;
