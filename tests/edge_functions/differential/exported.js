class Handlers {
  constructor() { this.word = "bound"; this.bound = this.method.bind(this); }
  async method() { return this?.word ?? "without this"; }
  get got() { return async () => "got"; }
}
module.exports = new Handlers();
