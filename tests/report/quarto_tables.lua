-- What Quarto does with a table in HTML, in every format: Pandoc parses it.
function RawBlock(block)
  if block.format == "html" and block.text:match("^<table") then
    return pandoc.read(block.text, "html").blocks
  end
end
