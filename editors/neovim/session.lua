-- A session without a screen: diagnostics come, an action is taken, they go. `session.sh` runs it.

local racelint, file = os.getenv("RACELINT"), os.getenv("RACELINT_FILE")

local function fail(text)
  io.stderr:write(text .. "\n")
  vim.cmd("cquit 1")
end

local function wait(what, condition)
  if not vim.wait(60000, condition, 50) then
    fail("waited in vain: " .. what)
  end
end

vim.cmd("edit " .. vim.fn.fnameescape(file))
local buffer = vim.api.nvim_get_current_buf()
local id = vim.lsp.start_client({ name = "racelint", cmd = { racelint, "lsp" }, root_dir = vim.fn.fnamemodify(file, ":h") })
if not id or not vim.lsp.buf_attach_client(buffer, id) then
  fail("the server could not be started")
end
wait("a diagnostic", function()
  return #vim.diagnostic.get(buffer) > 0
end)
local found = vim.diagnostic.get(buffer)[1]
if found.source ~= "racelint" or found.code ~= "racy-lazy-init" then
  fail("an unexpected diagnostic: " .. vim.inspect(found))
end

local params = {
  textDocument = vim.lsp.util.make_text_document_params(buffer),
  range = {
    start = { line = found.lnum, character = found.col },
    ["end"] = { line = found.lnum, character = found.col },
  },
  context = { diagnostics = {} },
}
local hover = { textDocument = params.textDocument, position = params.range.start }
local shown = vim.lsp.buf_request_sync(buffer, "textDocument/hover", hover, 60000)[id]
if not shown.result or not shown.result.contents.value:find("racy%-lazy%-init") then
  fail("no schedule on hover: " .. vim.inspect(shown))
end

local offered = vim.lsp.buf_request_sync(buffer, "textDocument/codeAction", params, 60000)[id].result
local taken
for _, action in ipairs(offered) do
  if action.title:find("^Suppress") then
    taken = action
  end
end
if not taken then
  fail("no suppression is offered: " .. vim.inspect(offered))
end
if not taken.edit then
  taken = vim.lsp.buf_request_sync(buffer, "codeAction/resolve", taken, 60000)[id].result
end
vim.lsp.util.apply_workspace_edit(taken.edit, "utf-16")
wait("the diagnostic to go", function()
  return #vim.diagnostic.get(buffer) == 0
end)
local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")
if not text:find("racelint: allow%(racy%-lazy%-init%)") then
  fail("the suppression is not in the text")
end
print("neovim: a diagnostic came, a schedule was shown, an action was taken, the diagnostic went\n")
vim.cmd("qall!")
