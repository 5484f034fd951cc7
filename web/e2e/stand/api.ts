/** The HTTP API as a program uses it, for what a spec needs before its page is opened. */
export type Row = Record<string, unknown>;

export class Api {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  static async signIn(url: string, email: string, password: string): Promise<Api> {
    const session = await new Api(url, "").post("/auth/login", { email, password });
    return new Api(url, String(session.access_token));
  }

  async ask(method: string, path: string, body?: unknown, token = this.token): Promise<Row> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(token && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? (JSON.parse(text) as Row) : {};
  }

  post(path: string, body: unknown): Promise<Row> {
    return this.ask("POST", path, body);
  }

  patch(path: string, body: unknown): Promise<Row> {
    return this.ask("PATCH", path, body);
  }

  delete(path: string, token?: string): Promise<Row> {
    return this.ask("DELETE", path, undefined, token);
  }

  get(path: string): Promise<Row> {
    return this.ask("GET", path);
  }

  async list(path: string): Promise<Row[]> {
    return (await this.get(path)).data as Row[];
  }
}
