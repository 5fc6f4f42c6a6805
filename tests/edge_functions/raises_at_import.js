throw new Error("no warp core");
